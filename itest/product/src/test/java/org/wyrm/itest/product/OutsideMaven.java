package org.wyrm.itest.product;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Maven as those outside this tree run it, on projects that know wyrm's artifacts by their coordinates. Those come from the
 * product's folder; whatever else Maven needs comes from the local repository of the user, which this build has filled.
 */
final class OutsideMaven {
    /** A local repository of its own, kept from one run to the next, without what is wyrm's. */
    static final Path LOCAL = Wyrm.root().resolve("itest/product/target/local-repository");

    private OutsideMaven() {}

    /** {@return the artifacts of a product, as a Maven repository} */
    static Path artifacts(Wyrm product) {
        return product.home().resolve("maven");
    }

    /** {@return how it says where the artifacts are, if not where a project says} */
    static String from(Path artifacts) {
        return "-Dwyrm.repository=" + artifacts.toUri();
    }

    /**
     * Runs Maven.
     *
     * @param work a folder for what it is told
     */
    static Wyrm.Run run(Path work, Path project, String... words) throws IOException {
        delete(LOCAL.resolve("org/wyrm"));
        var settings = Files.writeString(work.resolve("settings.xml"), """
                <settings>
                  <localRepository>%1$s</localRepository>
                  <profiles>
                    <profile>
                      <id>files</id>
                      <repositories>
                        <repository><id>central</id><url>%2$s</url>%3$s</repository>
                      </repositories>
                      <pluginRepositories>
                        <pluginRepository><id>central</id><url>%2$s</url>%3$s</pluginRepository>
                      </pluginRepositories>
                    </profile>
                  </profiles>
                  <activeProfiles><activeProfile>files</activeProfile></activeProfiles>
                </settings>
                """.formatted(
                        LOCAL,
                        Path.of(System.getProperty("maven.repository")).toUri(),
                        "<releases><checksumPolicy>ignore</checksumPolicy></releases>"));
        var line = new ArrayList<>(List.of(
                Path.of(System.getProperty("maven.home"), "bin/mvn").toString(),
                "--batch-mode",
                "--settings=" + settings,
                "--file=" + project.resolve("pom.xml")));
        line.addAll(List.of(words));
        return Wyrm.built()
                .with("JAVA_HOME", System.getProperty("java.home"))
                .limited(Duration.ofMinutes(10))
                .execute(line);
    }

    private static void delete(Path below) throws IOException {
        if (Files.exists(below)) {
            try (var all = Files.walk(below)) {
                for (var file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
