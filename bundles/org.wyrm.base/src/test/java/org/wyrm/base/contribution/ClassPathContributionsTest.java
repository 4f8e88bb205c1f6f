package org.wyrm.base.contribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.OperationFailedException;

class ClassPathContributionsTest {
    @TempDir
    Path folder;

    private ClassPathContributions contributions;

    /** What is contributed in this test. */
    public interface Animal {
        String sound();
    }

    /** Made with nothing. */
    public static final class Cat implements Animal {
        @Override
        public String sound() {
            return "meow";
        }
    }

    /** Made with the contributions. */
    public static final class Echo implements Animal {
        private final Contributions contributions;

        public Echo(Contributions contributions) {
            this.contributions = contributions;
        }

        @Override
        public String sound() {
            return contributions.named(Animal.class, "cat").sound();
        }
    }

    /** Cannot be made. */
    public static final class Private implements Animal {
        private Private() {}

        @Override
        public String sound() {
            return "";
        }
    }

    /** Needs itself. */
    public static final class Snake implements Animal {
        public Snake(Contributions contributions) {
            contributions.named(Animal.class, "snake");
        }

        @Override
        public String sound() {
            return "";
        }
    }

    @BeforeEach
    void declareAnimals() throws IOException {
        var capabilities = List.of(
                capability("cat", "Cat", 20),
                capability("echo", "Echo", 10),
                capability("private", "Private", 30),
                capability("snake", "Snake", 40));
        var manifest = "Manifest-Version: 1.0\nBundle-SymbolicName: org.example.zoo;singleton:=true\n"
                + "Provide-Capability: osgi.service;x=1," + String.join(",\n ", capabilities) + "\n";
        Files.createDirectories(folder.resolve("META-INF"));
        Files.writeString(folder.resolve("META-INF/MANIFEST.MF"), manifest);
        contributions = new ClassPathContributions(
                new URLClassLoader(new URL[] {url()}, getClass().getClassLoader()));
    }

    private URL url() throws MalformedURLException {
        return folder.toUri().toURL();
    }

    private static String capability(String name, String simpleName, int rank) {
        var outer = ClassPathContributionsTest.class.getName();
        return "wyrm.contribution;class=\"%s$%s\"\n ;type=\"%s$Animal\"\n ;name=%s;rank:Long=%d"
                .formatted(outer, simpleName, outer, name, rank);
    }

    @Test
    void contributionsOfATypeComeByTheirRank() {
        assertThat(contributions.of(Animal.class))
                .extracting(Contribution::name)
                .containsExactly("echo", "cat", "private", "snake");
        assertThat(contributions.of(Animal.class))
                .allMatch(each -> each.bundle().equals("org.example.zoo"));
        assertThat(contributions.of(Runnable.class)).isEmpty();
    }

    @Test
    void anObjectIsMadeOnceAndMayAskForOthers() {
        var echo = contributions.of(Animal.class).getFirst();

        assertThat(echo.get().sound()).isEqualTo("meow");
        assertThat(echo.get()).isSameAs(echo.get()).isSameAs(contributions.named(Animal.class, "echo"));
    }

    @Test
    void aNameThatNobodyContributesIsALookupThatFails() {
        assertThatThrownBy(() -> contributions.named(Animal.class, "dog"))
                .isInstanceOf(LookupFailedException.class)
                .hasMessageContaining("no Animal 'dog'");
    }

    @Test
    void whatCannotBeMadeSaysWhy() {
        assertThatThrownBy(() -> contributions.named(Animal.class, "private"))
                .isInstanceOf(OperationFailedException.class)
                .hasMessageContaining("no public constructor");
        assertThatThrownBy(() -> contributions.named(Animal.class, "snake"))
                .isInstanceOf(OperationFailedException.class)
                .hasMessageContaining("needs itself");
    }
}
