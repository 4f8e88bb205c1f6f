package org.wyrm.itest.layers;

import static org.assertj.core.api.Assertions.assertThat;

import aQute.bnd.header.Attrs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the manifests that bnd made to the plan's table, {@code layers.txt}. */
class LayersTest {
    private static final LayerTable TABLE = LayerTable.read();
    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+(\\.[\\w-]+)?");
    private static final Pattern VERSION_RANGE = Pattern.compile("[\\[(].+,.+[\\])]");

    /** What the JDK's standard modules export; not {@code jdk.*}: those are a choice, and stand in the table. */
    private static final Set<String> STANDARD_PACKAGES = ModuleLayer.boot().modules().stream()
            .filter(module -> module.getName().startsWith("java."))
            .flatMap(module -> module.getDescriptor().exports().stream())
            .filter(exported -> !exported.isQualified())
            .map(exported -> exported.source())
            .collect(Collectors.toSet());

    static List<Tree.Module> modules() {
        return Tree.modules();
    }

    @Test
    void theTreeHasTheBundlesThatThePlanStartsWith() {
        assertThat(Tree.modules())
                .extracting(Tree.Module::name)
                .contains("base", "memory", "symbols", "program", "linux", "commands", "platform.command", "fs");
    }

    @ParameterizedTest
    @MethodSource("modules")
    void everyFolderIsBuilt(Tree.Module module) {
        assertThat(Tree.familyPom(module))
                .as("the modules of %s/pom.xml", module.family())
                .contains("<module>org.wyrm." + module.name() + "</module>");
        assertThat(module.headers().clauses("Bundle-SymbolicName").keySet())
                .as("one folder = one bundle = one root package")
                .containsExactly("org.wyrm." + module.name());
    }

    @ParameterizedTest
    @MethodSource("modules")
    void importsOnlyWhatTheTableAllows(Tree.Module module) {
        assertThat(TABLE.knows(module)).as("layers.txt has a line about it").isTrue();
        var exporters = exporters();
        var wrong = new ArrayList<String>();
        module.headers().clauses("Import-Package").forEach((name, attributes) -> {
            if (STANDARD_PACKAGES.contains(name)) {
                return;
            }
            var owner = owner(exporters, name);
            var said = switch (TABLE.verdict(module, owner)) {
                case ALLOWED -> "";
                case ONLY_OPTIONALLY -> isOptional(attributes) ? "" : " is allowed as an optional import only";
                case FORBIDDEN -> " is not in its line of layers.txt";
            };
            if (!said.isEmpty()) {
                wrong.add(module + " imports " + name + ": " + owner + said);
            }
        });

        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void knowsOthersByPackageOnly(Tree.Module module) {
        var headers = module.headers();

        assertThat(List.of("Require-Bundle", "Fragment-Host", "DynamicImport-Package", "Bundle-Activator"))
                .allSatisfy(
                        header -> assertThat(headers.value(header)).as(header).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("modules")
    void importsItsFellowsInARangeOfVersions(Tree.Module module) {
        assertThat(module.headers().clauses("Import-Package")).allSatisfy((name, attributes) -> {
            if (name.startsWith("org.wyrm.")) {
                assertThat(attributes.getVersion())
                        .as("version of the import of %s", name)
                        .matches(VERSION_RANGE);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("modules")
    void exportsNothingInternal(Tree.Module module) {
        assertThat(module.headers().clauses("Export-Package").keySet())
                .noneMatch(name -> name.endsWith(".internal") || name.contains(".internal."));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void exportsItsOwnPackagesOnly(Tree.Module module) {
        var root = "org.wyrm." + module.name();

        assertThat(module.headers().clauses("Export-Package").keySet())
                .allMatch(name -> name.equals(root) || name.startsWith(root + "."));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void exportsEachPackageWithAVersion(Tree.Module module) {
        assertThat(module.headers().clauses("Export-Package"))
                .allSatisfy((name, attributes) -> assertThat(attributes.getVersion())
                        .as("version of the export %s", name)
                        .matches(VERSION));
    }

    @Test
    void noPackageIsInTwoBundles() {
        var owners = new LinkedHashMap<String, List<String>>();
        for (var module : Tree.modules()) {
            var headers = module.headers();
            for (var header : List.of("Export-Package", "Private-Package")) {
                headers.clauses(header)
                        .keySet()
                        .forEach(name -> owners.computeIfAbsent(name, _ -> new ArrayList<>())
                                .add(module.name()));
            }
        }

        assertThat(owners).allSatisfy((name, all) -> assertThat(all).as(name).hasSize(1));
    }

    private static Map<String, String> exporters() {
        var exporters = new LinkedHashMap<String, String>();
        for (var module : Tree.modules()) {
            module.headers().clauses("Export-Package").keySet().forEach(name -> exporters.put(name, module.name()));
        }
        return exporters;
    }

    private static String owner(Map<String, String> exporters, String importedPackage) {
        return exporters.getOrDefault(importedPackage, "pkg:" + importedPackage);
    }

    private static boolean isOptional(Attrs attributes) {
        return "optional".equals(attributes.get("resolution:"));
    }
}
