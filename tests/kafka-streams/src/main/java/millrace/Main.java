package millrace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;
import org.apache.kafka.streams.test.TestRecord;

/**
 * Runs cases through Kafka Streams' own test driver, all in one process: a case a line in, a case a
 * line out, in order.
 *
 * <p>In: {"topology": name, "conf": {name: milliseconds}, "engine": "mem"|"rocks", "steps": [[topic,
 * key, value, ts], ...]}; key and value are text or null. Out: {"rows": [[step, key, value, ts],
 * ...]}, or {"error": text}. The record cache is off and nothing is throttled: every update shows.
 */
public final class Main {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String INTERNAL = "__emit.interval.ms.kstreams.";

    private Main() {}

    private static Properties settings(String engine, Path dir) {
        Properties p = new Properties();
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, "difference");
        p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        p.put(StreamsConfig.STATE_DIR_CONFIG, dir.toString());
        p.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, "0");
        p.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        p.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        p.put(INTERNAL + "outer.join.spurious.results.fix__", 0L);
        p.put(INTERNAL + "windowed.aggregation__", 0L);
        if (engine.equals("mem")) {
            p.put(StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG,
                BuiltInDslStoreSuppliers.InMemoryDslStoreSuppliers.class);
        }
        return p;
    }

    private static String text(JsonNode n) {
        return n.isNull() ? null : n.asText();
    }

    private static ObjectNode run(JsonNode test, Path dir) {
        Map<String, Long> conf = new HashMap<>();
        test.get("conf").fields().forEachRemaining(e -> conf.put(e.getKey(), e.getValue().asLong()));
        ObjectNode result = JSON.createObjectNode();
        ArrayNode rows = result.putArray("rows");
        try (TopologyTestDriver driver = new TopologyTestDriver(
                Topologies.build(test.get("topology").asText(), conf), settings(test.get("engine").asText(), dir))) {
            StringSerializer to = new StringSerializer();
            StringDeserializer from = new StringDeserializer();
            Map<String, TestInputTopic<String, String>> inputs = new HashMap<>();
            TestOutputTopic<String, String> out = driver.createOutputTopic("out", from, from);
            int n = 0;
            for (JsonNode step : test.get("steps")) {
                inputs.computeIfAbsent(step.get(0).asText(), t -> driver.createInputTopic(t, to, to))
                    .pipeInput(text(step.get(1)), text(step.get(2)), step.get(3).asLong());
                for (TestRecord<String, String> r : out.readRecordsToList()) {
                    rows.addArray().add(n).add(r.key()).add(r.value()).add(r.timestamp());
                }
                n++;
            }
        }
        return result;
    }

    public static void main(String[] args) throws Exception {
        Path dir = Path.of(args[0]);
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            ObjectNode result;
            try {
                result = run(JSON.readTree(line), Files.createTempDirectory(dir, "case"));
            } catch (Exception e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                result = JSON.createObjectNode().put("error", e + " / " + cause);
            }
            out.println(result);
            out.flush();
        }
    }
}
