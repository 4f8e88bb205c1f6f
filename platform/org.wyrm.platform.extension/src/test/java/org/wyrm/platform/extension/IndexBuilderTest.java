package org.wyrm.platform.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.sample.CountCommand;
import org.wyrm.platform.extension.sample.DerivedCommand;
import org.wyrm.platform.extension.sample.UndeclaredCommand;
import org.wyrm.platform.output.Column;

class IndexBuilderTest {
    @TempDir
    Path folder;

    private static String command(Class<?> type) {
        return "wyrm.command;name=count;aliases:List<String>=\"number,tell\";summary=\"count, slowly\";class=\""
                + type.getName() + "\";type=\"org.wyrm.platform.command.Command\";row=\""
                + CountCommand.Row.class.getName() + "\"";
    }

    private IndexedBundle indexed(Class<?> command, Class<?>... classes) throws IOException {
        var jar = BundleJar.named("org.example.count;singleton:=true")
                .header("Provide-Capability", command(command))
                .holding(command)
                .holding(classes)
                .writeTo(folder);
        return IndexBuilder.ofJar(jar, "here");
    }

    @Nested
    class OfACommand {
        @Test
        void itsNamesAreThoseOfItsCapability() throws IOException {
            var bundle = indexed(CountCommand.class, CountCommand.Options.class, CountCommand.Row.class);

            var declaration = bundle.declarations().getFirst();
            assertThat(bundle.symbolicName()).isEqualTo("org.example.count");
            assertThat(bundle.commands()).containsExactly("count");
            assertThat(declaration.aliases()).containsExactly("number", "tell");
            assertThat(declaration.summary()).isEqualTo("count, slowly");
            assertThat(declaration.answersTo("tell")).isTrue();
        }

        @Test
        void itsOptionsAreTheComponentsOfItsRecord() throws IOException {
            var declaration = indexed(CountCommand.class, CountCommand.Options.class, CountCommand.Row.class)
                    .declarations()
                    .getFirst();

            assertThat(declaration.optionsClass()).isEqualTo(CountCommand.Options.class.getName());
            assertThat(declaration.flags())
                    .hasSize(7)
                    .contains(
                            new OptionDeclaration("verbose", "Z", List.of("-v", "--verbose"), "", "say more"),
                            new OptionDeclaration(
                                    "file",
                                    "Ljava/util/Optional<Ljava/nio/file/Path;>;",
                                    List.of("--file"),
                                    "FILE",
                                    "a file"));
            assertThat(declaration.arguments())
                    .extracting(OptionDeclaration::argument)
                    .containsExactly("COUNT", "WORD", "REST");
        }

        @Test
        void itsColumnsAreTheComponentsOfItsRow() throws IOException {
            var declaration = indexed(CountCommand.class, CountCommand.Options.class, CountCommand.Row.class)
                    .declarations()
                    .getFirst();

            assertThat(declaration.columns())
                    .containsExactly(
                            new Column("number", "I"),
                            new Column("heapSize", "Ljava/util/Optional<Lorg/wyrm/base/address/ByteSize;>;"));
        }

        @Test
        void aSuperclassMayImplementIt() throws IOException {
            var declaration = indexed(DerivedCommand.Sub.class, DerivedCommand.class, CountCommand.Options.class)
                    .declarations()
                    .getFirst();

            assertThat(declaration.optionsClass()).isEqualTo(CountCommand.Options.class.getName());
        }
    }

    @Nested
    class Refuses {
        @Test
        void aComponentThatIsNoOption() {
            assertThatThrownBy(() -> indexed(UndeclaredCommand.class, UndeclaredCommand.Options.class))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("forgotten")
                    .hasMessageContaining("neither @Flag nor @Argument");
        }

        @Test
        void anOptionOfATypeWithoutMeaning() {
            assertThatThrownBy(() -> indexed(UndeclaredCommand.Badly.class, UndeclaredCommand.Badly.Options.class))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("ratio");
        }

        @Test
        void aCommandThatIsNotInTheBundle() {
            assertThatThrownBy(() -> IndexBuilder.ofJar(
                            BundleJar.named("org.example.empty")
                                    .header("Provide-Capability", command(CountCommand.class))
                                    .writeTo(folder),
                            "here"))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("CountCommand is not in the bundle");
        }

        @Test
        void aFileThatIsNoJar() throws IOException {
            var text = Files.writeString(folder.resolve("text"), "no jar");

            assertThatThrownBy(() -> IndexBuilder.ofJar(text, "here"))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("is not an OSGi bundle");
        }

        @Test
        void aJarThatIsNoBundle() {
            assertThatThrownBy(() -> IndexBuilder.ofJar(new BundleJar().writeTo(folder), "here"))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("is not an OSGi bundle");
        }
    }
}
