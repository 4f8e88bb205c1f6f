package org.wyrm.base.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileErrorsTest {
    @TempDir
    Path folder;

    private static String reason(ThrowingCallable action) {
        return FileErrors.reason(catchThrowableOfType(IOException.class, action));
    }

    @Test
    void anErrorThatIsAFilesNameAloneHasAReason() throws IOException {
        var file = Files.createFile(folder.resolve("file"));

        assertThat(reason(() -> Files.newInputStream(folder.resolve("none")))).isEqualTo("no such file");
        assertThat(reason(() -> Files.createDirectories(file))).isEqualTo(file + " is in the way");
        assertThat(reason(() -> Files.newInputStream(file.resolve("below")))).isEqualTo("not a directory");
        assertThat(FileErrors.reason(new AccessDeniedException("file"))).isEqualTo("permission denied");
        assertThat(FileErrors.reason(new FileSystemException("file"))).isEqualTo("FileSystemException");
    }

    @Test
    void anErrorOfTheSystemIsWhatItSays() {
        assertThat(FileErrors.reason(new IOException("Is a directory"))).isEqualTo("is a directory");
        assertThat(FileErrors.reason(new IOException("I/O error"))).isEqualTo("I/O error");
        assertThat(FileErrors.reason(new IOException())).isEqualTo("IOException");
    }
}
