package millrace;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.SlidingWindows;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.ValueJoiner;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The topologies by name; each is the twin of NAME.yaml beside the driver. Values are JSON text
 * {"v": text that is unique in the case, "n": number, "f": text or absent}.
 */
final class Topologies {
    private interface Maker {
        void make(StreamsBuilder b, Map<String, Long> conf);
    }

    private static final Map<String, Maker> ALL = new HashMap<>();

    private static <K> KTable<Windowed<K>, String> closed(KTable<Windowed<K>, String> t) {
        return t.suppress(Suppressed.untilWindowCloses(Suppressed.BufferConfig.unbounded()));
    }

    private Topologies() {}

    static Topology build(String name, Map<String, Long> conf) {
        StreamsBuilder b = new StreamsBuilder();
        ALL.get(name).make(b, conf);
        return b.build();
    }

    static {
        streamTable();
        streamStream();
        tableTable();
        foreignKey();
        windows();
        stateless();
        groups();
    }

    private static Duration ms(Map<String, Long> conf, String name) {
        return Duration.ofMillis(conf.get(name));
    }

    /** {"l": v of the left or absent, "r": v of the right or absent} */
    private static final ValueJoiner<String, String, String> PAIR = (l, r) -> {
        ObjectNode o = Json.object();
        if (l != null) o.set("l", Json.of(l).get("v"));
        if (r != null) o.set("r", Json.of(r).get("v"));
        return o.toString();
    };

    /** The row of a window as KEY|START|END: both ends as Kafka Streams has them. */
    private static void out(KTable<Windowed<String>, String> t) {
        t.toStream((w, v) -> w.key() + "|" + w.window().start() + "|" + w.window().end()).to("out");
    }

    private static void streamTable() {
        ALL.put("stream_table_inner", (b, c) ->
            b.<String, String>stream("left").join(b.<String, String>table("right"), PAIR).to("out"));
        ALL.put("stream_table_left", (b, c) ->
            b.<String, String>stream("left").leftJoin(b.<String, String>table("right"), PAIR).to("out"));
        ALL.put("stream_table_as_of", (b, c) ->
            b.<String, String>stream("left").join(versioned(b, c), PAIR).to("out"));
        ALL.put("stream_table_as_of_left", (b, c) ->
            b.<String, String>stream("left").leftJoin(versioned(b, c), PAIR).to("out"));
    }

    private static KTable<String, String> versioned(StreamsBuilder b, Map<String, Long> c) {
        return b.table("right", Materialized.as(
            Stores.persistentVersionedKeyValueStore("versions", ms(c, "history"))));
    }

    private static JoinWindows within(Map<String, Long> c) {
        return JoinWindows.ofTimeDifferenceAndGrace(Duration.ofMillis(0), ms(c, "grace"))
            .before(ms(c, "before")).after(ms(c, "after"));
    }

    private static void streamStream() {
        ALL.put("stream_stream_inner", (b, c) ->
            b.<String, String>stream("left").join(b.<String, String>stream("right"), PAIR, within(c)).to("out"));
        ALL.put("stream_stream_left", (b, c) ->
            b.<String, String>stream("left").leftJoin(b.<String, String>stream("right"), PAIR, within(c)).to("out"));
        ALL.put("stream_stream_outer", (b, c) ->
            b.<String, String>stream("left").outerJoin(b.<String, String>stream("right"), PAIR, within(c)).to("out"));
        ALL.put("stream_stream_self", (b, c) -> {
            KStream<String, String> s = b.stream("left");
            s.join(s, PAIR, within(c)).to("out");
        });
    }

    private static void tableTable() {
        ALL.put("table_table_inner", (b, c) ->
            b.<String, String>table("left").join(b.<String, String>table("right"), PAIR).toStream().to("out"));
        ALL.put("table_table_left", (b, c) ->
            b.<String, String>table("left").leftJoin(b.<String, String>table("right"), PAIR).toStream().to("out"));
        ALL.put("table_table_outer", (b, c) ->
            b.<String, String>table("left").outerJoin(b.<String, String>table("right"), PAIR).toStream().to("out"));
    }

    private static void foreignKey() {
        ALL.put("foreign_key_inner", (b, c) ->
            b.<String, String>table("left").join(b.<String, String>table("right"),
                v -> Json.text(v, "f"), PAIR).toStream().to("out"));
        ALL.put("foreign_key_left", (b, c) ->
            b.<String, String>table("left").leftJoin(b.<String, String>table("right"),
                v -> Json.text(v, "f"), PAIR).toStream().to("out"));
    }

    /** {"count", "sum", "min", "max"} of n; null: nothing yet. */
    private static String add(String acc, String value) {
        return Json.add(acc, Json.of(value).get("n").asLong());
    }

    private static String merge(String a, String b) {
        if (a == null || b == null) return a == null ? b : a;
        return Json.merge(a, b);
    }

    private static KTable<Windowed<String>, String> time(KStream<String, String> s, TimeWindows w, EmitStrategy e,
        Duration keep) {
        Materialized<String, String, WindowStore<Bytes, byte[]>> m = Materialized.as("windows");
        return s.groupByKey().windowedBy(w).emitStrategy(e)
            .aggregate(() -> null, (k, v, acc) -> add(acc, v), text(m).withRetention(keep));
    }

    private static <S extends StateStore> Materialized<String, String, S> text(Materialized<String, String, S> m) {
        return m.withKeySerde(Serdes.String()).withValueSerde(Serdes.String());
    }

    private static TimeWindows hops(Map<String, Long> c) {
        return TimeWindows.ofSizeAndGrace(ms(c, "size"), ms(c, "grace")).advanceBy(ms(c, "every"));
    }

    private static SlidingWindows sliding(Map<String, Long> c) {
        return SlidingWindows.ofTimeDifferenceAndGrace(ms(c, "size"), ms(c, "grace"));
    }

    /** The values of a window one behind the other; n: of the last. */
    private static String append(String x, String y) {
        return Json.object().put("v", Json.text(x, "v") + "+" + Json.text(y, "v")).put("n", Json.number(y)).toString();
    }

    private static KTable<Windowed<String>, String> fold(StreamsBuilder b, Map<String, Long> c, EmitStrategy e) {
        Materialized<String, String, WindowStore<Bytes, byte[]>> m = Materialized.as("windows");
        return b.<String, String>stream("left").mapValues(Json::brief).groupByKey().windowedBy(hops(c)).emitStrategy(e)
            .reduce(Topologies::append, text(m).withRetention(ms(c, "keep")));
    }

    private static KTable<Windowed<String>, String> slide(StreamsBuilder b, Map<String, Long> c, EmitStrategy e) {
        Materialized<String, String, WindowStore<Bytes, byte[]>> m = Materialized.as("windows");
        return b.<String, String>stream("left").groupByKey().windowedBy(sliding(c)).emitStrategy(e)
            .aggregate(() -> null, (k, v, acc) -> add(acc, v), text(m).withRetention(ms(c, "keep")));
    }

    private static KTable<Windowed<String>, String> session(StreamsBuilder b, Map<String, Long> c, EmitStrategy e) {
        Materialized<String, String, SessionStore<Bytes, byte[]>> m = Materialized.as("sessions");
        return b.<String, String>stream("left").groupByKey()
            .windowedBy(SessionWindows.ofInactivityGapAndGrace(ms(c, "gap"), ms(c, "grace"))).emitStrategy(e)
            .aggregate(() -> null, (k, v, acc) -> add(acc, v), (k, x, y) -> merge(x, y),
                text(m).withRetention(ms(c, "keep")));
    }

    private static void windows() {
        EmitStrategy each = EmitStrategy.onWindowUpdate(), last = EmitStrategy.onWindowClose();
        ALL.put("tumbling_each", (b, c) -> out(time(b.stream("left"), hops(c), each, ms(c, "keep"))));
        ALL.put("tumbling_suppress", (b, c) ->
            out(closed(time(b.stream("left"), hops(c), each, ms(c, "keep")))));
        ALL.put("tumbling_close", (b, c) -> out(time(b.stream("left"), hops(c), last, ms(c, "keep"))));
        ALL.put("reduce_window_each", (b, c) -> out(fold(b, c, each)));
        ALL.put("reduce_window_suppress", (b, c) -> out(closed(fold(b, c, each))));
        ALL.put("reduce_window_close", (b, c) -> out(fold(b, c, last)));
        ALL.put("sliding_each", (b, c) -> out(slide(b, c, each)));
        ALL.put("sliding_close", (b, c) -> out(slide(b, c, last)));
        ALL.put("session_each", (b, c) -> out(session(b, c, each)));
        ALL.put("session_close", (b, c) -> out(session(b, c, last)));
        ALL.put("rekey_tumbling", (b, c) -> out(time(
            b.<String, String>stream("left").selectKey((k, v) -> Json.group(v))
                .repartition(), hops(c), each, ms(c, "keep"))));
        ALL.put("enrich_tumbling", (b, c) -> out(closed(time(
            b.<String, String>stream("left").join(b.<String, String>table("right"), (l, r) -> Json.plus(l, r)),
            hops(c), each, ms(c, "keep")))));
    }

    private static void stateless() {
        ALL.put("merge", (b, c) ->
            b.<String, String>stream("left").merge(b.<String, String>stream("right")).to("out"));
        ALL.put("chain", (b, c) ->
            b.<String, String>stream("left").filter((k, v) -> v != null && Json.number(v) % 3 != 0)
                .mapValues(v -> Json.object().put("v", Json.text(v, "v")).put("n", Json.number(v) * 2 + 1).toString())
                .filterNot((k, v) -> Json.number(v) > 150)
                .map((k, v) -> KeyValue.pair("m" + Json.number(v) % 4, v)).to("out"));
        ALL.put("flat_map", (b, c) ->
            b.<String, String>stream("left").filter((k, v) -> v != null).flatMapValues(v -> {
                long n = Json.number(v) % 3;
                return List.of("a", "b").subList(0, (int) n).stream()
                    .map(x -> Json.object().put("v", Json.text(v, "v")).put("x", x).toString()).toList();
            }).to("out"));
        ALL.put("table_filter", (b, c) ->
            b.<String, String>table("left").filter((k, v) -> Json.number(v) % 2 == 0)
                .mapValues(v -> Json.object().put("v", Json.text(v, "v")).toString()).toStream().to("out"));
    }

    private static void groups() {
        ALL.put("aggregate", (b, c) ->
            b.<String, String>stream("left").groupByKey()
                .<String>aggregate(() -> null, (k, v, acc) -> add(acc, v)).toStream().to("out"));
        ALL.put("reduce", (b, c) ->
            b.<String, String>stream("left").mapValues(Json::brief).groupByKey().reduce(Topologies::append)
                .toStream().to("out"));
        ALL.put("regroup", (b, c) ->
            b.<String, String>table("left")
                .groupBy((k, v) -> KeyValue.pair(Json.text(v, "f"), v), Grouped.<String, String>as("groups"))
                .aggregate(() -> "[]", (k, v, acc) -> Json.with(acc, Json.number(v)),
                    (k, v, acc) -> Json.without(acc, Json.number(v)),
                    Materialized.<String, String, KeyValueStore<Bytes, byte[]>>as("regrouped"))
                .toStream().to("out"));
        ALL.put("table_chain", (b, c) ->
            b.<String, String>table("left").join(b.<String, String>table("right"), (l, r) -> Json.plus(l, r))
                .leftJoin(b.<String, String>table("third"), PAIR).toStream().to("out"));
    }
}
