package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.wyrm.base.contribution.ClassPathContributions;
import org.wyrm.base.contribution.HeaderClause;
import org.wyrm.program.KernelName;

/** What a bundle's manifest says of helpers is what its classes have: else an expression could not call one. */
class HelperNamesTest {
    private static final Pattern NAMED = Pattern.compile("@KernelName\\(\\s*\"(\\w+)\"\\s*\\)");

    @Test
    void areThoseOfTheMethodsAndEachIsOfOneClass() throws IOException {
        var declared = new HashMap<String, TreeSet<String>>();
        var all = new ArrayList<String>();
        for (var helpers : new ClassPathContributions(HelperNamesTest.class.getClassLoader()).of(KernelName.class)) {
            var names = HeaderClause.listValue(helpers.attributes().getOrDefault("names", ""));
            declared.put(helpers.contributedClass().getName(), new TreeSet<>(names));
            all.addAll(names);
        }

        assertThat(declared).isEqualTo(written()).hasSizeGreaterThan(20);
        assertThat(all).doesNotHaveDuplicates().contains("find_task", "list_for_each_entry", "per_cpu");
    }

    /** The names that the sources give to methods, by class. */
    private static Map<String, TreeSet<String>> written() throws IOException {
        var found = new HashMap<String, TreeSet<String>>();
        for (var folder : List.of("bundles", "plugins-fs", "plugins-block", "plugins-net", "plugins-bpf")) {
            try (var files = Files.walk(Wyrm.root().resolve(folder))) {
                for (var file : (Iterable<Path>) javaSources(files)::iterator) {
                    var path = file.toString();
                    var type = path.substring(path.indexOf("/src/main/java/") + 15, path.length() - 5)
                            .replace('/', '.');
                    var matcher = NAMED.matcher(Files.readString(file));
                    while (matcher.find()) {
                        found.computeIfAbsent(type, absent -> new TreeSet<>()).add(matcher.group(1));
                    }
                }
            }
        }
        return found;
    }

    private static Stream<Path> javaSources(Stream<Path> files) {
        return files.filter(file ->
                file.toString().contains("/src/main/java/") && file.toString().endsWith(".java"));
    }
}
