package org.wyrm.itest.layers;

import static org.assertj.core.api.Assertions.assertThat;

import aQute.bnd.osgi.Builder;
import aQute.bnd.service.diff.Delta;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the check of the API's versions finds what it is for. */
class ApiRuleTest {
    private static final String BEFORE = """
            public final class Api {
                public static String name(long address) { return ""; }
                public static final int MOST = 1;
                @org.osgi.annotation.versioning.ProviderType public interface Ours { void ask(); }
                @org.osgi.annotation.versioning.ConsumerType public interface Theirs { void give(); }
                @org.wyrm.program.KernelName("pci_name") public static long helper() { return 0; }
                static void hidden() {}
            }
            """;

    @TempDir
    Path folder;

    private int builds;

    private aQute.bnd.service.diff.Tree bundle(String version, String source) throws Exception {
        var sources = Files.createDirectories(folder.resolve("s" + ++builds));
        var classes = Files.createDirectories(folder.resolve("c" + builds));
        Files.writeString(sources.resolve("KernelName.java"), """
                package org.wyrm.program;
                @java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME)
                public @interface KernelName { String value(); }
                """);
        Files.writeString(sources.resolve("Api.java"), "package org.example;\n" + source);
        var arguments = new String[] {
            "-proc:none",
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            classes.toString(),
            sources.resolve("Api.java").toString(),
            sources.resolve("KernelName.java").toString()
        };
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments))
                .isZero();
        try (var builder = new Builder()) {
            builder.addClasspath(classes.toFile());
            builder.setBundleSymbolicName("org.example");
            builder.setProperty("Export-Package", "org.example;version=" + version);
            var jar = builder.build();
            assertThat(builder.getErrors()).isEmpty();
            var unpacked = folder.resolve("u" + builds);
            jar.expand(unpacked.toFile());
            Files.createDirectories(unpacked.resolve("META-INF"));
            try (var out = Files.newOutputStream(unpacked.resolve("META-INF/MANIFEST.MF"))) {
                jar.writeManifest(out);
            }
            return ApiTree.ofBundle(unpacked);
        }
    }

    /** {@return what is said of a change; the baseline goes through its text} */
    private ApiRule changed(String version, String from, String to) throws Exception {
        var baseline = ApiTree.ofText(ApiTree.text(bundle("1.2.0", BEFORE)));
        assertThat(BEFORE).contains(from);
        return new ApiRule().compare(bundle(version, BEFORE.replace(from, to)), baseline);
    }

    private void needs(String least, String tooLow, String from, String to, String why) throws Exception {
        assertThat(changed(tooLow, from, to).wrong())
                .singleElement()
                .asString()
                .startsWith("org.example is " + tooLow + " and must be " + least + " at least: ")
                .contains(why);
        assertThat(changed(least, from, to).wrong()).isEmpty();
    }

    @Test
    void whatIsTheSameNeedsNoVersion() throws Exception {
        assertThat(changed("1.2.0", "name", "name").largest()).isEqualTo(Delta.UNCHANGED);
        assertThat(changed("1.2.0", "return \"\"", "return \"other\"").wrong()).isEmpty();
        assertThat(changed("1.2.0", "hidden", "concealed").wrong()).isEmpty();
    }

    @Test
    void whatIsMoreIsMinor() throws Exception {
        needs(
                "1.3.0",
                "1.2.9",
                "public static final",
                "public static void more() {} public static final",
                "ADDED METHOD");
        needs("1.3.0", "1.2.0", "void ask();", "void ask(); void tell();", "ADDED METHOD tell()");
        assertThat(changed("1.3.0", "void ask();", "void ask(); void tell();").largest())
                .isEqualTo(Delta.MINOR);
    }

    @Test
    void whatBreaksOthersIsMajor() throws Exception {
        needs("2.0.0", "1.9.0", "String name(long", "String name(int", "REMOVED METHOD name(long)");
        needs(
                "2.0.0",
                "1.3.0",
                "static String name",
                "static CharSequence name",
                "REMOVED METHOD name(long) java.lang.String");
        needs("2.0.0", "1.3.0", "MOST", "LEAST", "REMOVED FIELD MOST");
        needs("2.0.0", "1.3.0", "void give();", "void give(); void take();", "ADDED METHOD take()");
        needs("2.0.0", "1.3.0", "pci_name", "pci_label", "REMOVED ANNOTATED KernelName pci_name");
    }

    @Test
    void aPackageThatGoesOrComesIsOfTheWholeApi() throws Exception {
        var one = bundle("1.0.0", BEFORE);
        var none = ApiTree.ofText("");

        assertThat(new ApiRule().compare(one, none).largest()).isEqualTo(Delta.MINOR);
        assertThat(new ApiRule().compare(none, one).largest()).isEqualTo(Delta.MAJOR);
        assertThat(List.of(
                        new ApiRule().compare(none, one).wrong(),
                        new ApiRule().compare(one, none).wrong()))
                .allMatch(List::isEmpty);
    }
}
