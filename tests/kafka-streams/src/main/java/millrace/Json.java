package millrace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Values are JSON text; these are the computations on them. */
final class Json {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Json() {}

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static JsonNode of(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    static String text(String value, String field) {
        JsonNode n = of(value).get(field);
        return n == null ? null : n.asText();
    }

    static String group(String value) {
        String f = text(value, "f");
        return f == null ? "" : f;
    }

    static long number(String value) {
        return of(value).get("n").asLong();
    }

    /** Without the "f". */
    static String brief(String value) {
        return value == null ? null : ((ObjectNode) of(value)).without(List.of("f")).toString();
    }

    /** The left value with the sum of both numbers. */
    static String plus(String l, String r) {
        return ((ObjectNode) of(l)).put("n", number(l) + number(r)).toString();
    }

    static String add(String acc, long n) {
        return merge(acc, object().put("count", 1).put("sum", n).put("min", n).put("max", n).toString());
    }

    static String merge(String a, String b) {
        if (a == null) return b;
        JsonNode x = of(a), y = of(b);
        return object().put("count", x.get("count").asLong() + y.get("count").asLong())
            .put("sum", x.get("sum").asLong() + y.get("sum").asLong())
            .put("min", Math.min(x.get("min").asLong(), y.get("min").asLong()))
            .put("max", Math.max(x.get("max").asLong(), y.get("max").asLong())).toString();
    }

    /** Lists of numbers: the members of a group. */
    static String with(String list, long n) {
        return ((ArrayNode) of(list)).add(n).toString();
    }

    static String without(String list, long n) {
        ArrayNode a = (ArrayNode) of(list);
        for (int i = 0; i < a.size(); i++) {
            if (a.get(i).asLong() == n) {
                a.remove(i);
                return a.toString();
            }
        }
        throw new IllegalStateException(n + " is not in " + list);
    }
}
