package org.wyrm.platform.script.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.script.ScriptSource;

/** Reads scripts: UTF-8, whose first line may tell the system what runs it. */
final class ScriptText {
    private static final int MAX_BYTES = 64 << 20;
    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

    private static final String EXTENSION = ".groovy";

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    private ScriptText() {}

    /** @param file its path; or where no file has that, the name of a script that comes with wyrm */
    static ScriptSource ofFile(String file, List<String> arguments) {
        try (var in = Files.newInputStream(shipped(file).orElse(Path.of(file)))) {
            return read(file, in, arguments);
        } catch (IOException e) {
            throw new OperationFailedException("cannot read " + file + ": " + FileErrors.reason(e), e);
        }
    }

    private static Optional<Path> shipped(String name) {
        return !NAME.matcher(name).matches() || Files.exists(Path.of(name))
                ? Optional.empty()
                : folder().map(folder -> folder.resolve(name + EXTENSION)).filter(Files::isRegularFile);
    }

    /** {@return the names of the scripts that come with wyrm} */
    static List<String> shippedNames() {
        var folder = folder();
        if (folder.isEmpty()) {
            return List.of();
        }
        try (var files = Files.list(folder.get())) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(EXTENSION))
                    .map(name -> name.substring(0, name.length() - EXTENSION.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new OperationFailedException("cannot read " + folder.get() + ": " + FileErrors.reason(e), e);
        }
    }

    private static Optional<Path> folder() {
        var home = System.getProperty("wyrm.home", "");
        return home.isEmpty() ? Optional.empty() : Optional.of(Path.of(home, "share", "scripts"));
    }

    static ScriptSource ofStream(String name, InputStream in, List<String> arguments) {
        try {
            return read(name, in, arguments);
        } catch (IOException e) {
            throw new OperationFailedException("cannot read " + name + ": " + FileErrors.reason(e), e);
        }
    }

    private static ScriptSource read(String name, InputStream in, List<String> arguments) throws IOException {
        var bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > ELF.length && ByteBuffer.wrap(bytes, 0, ELF.length).equals(ByteBuffer.wrap(ELF))) {
            throw new OperationFailedException(
                    name + " is an ELF file, no script; a dump is named before the word: wyrm -c " + name);
        }
        if (bytes.length > MAX_BYTES) {
            throw new OperationFailedException(name + " has more than 64 MiB: it is no script");
        }
        return new ScriptSource(name, withoutFirstLine(decode(name, bytes)), arguments);
    }

    private static String decode(String name, byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(in).toString();
        } catch (CharacterCodingException e) {
            throw new OperationFailedException(
                    "%s is no script: byte 0x%x is not UTF-8".formatted(name, in.position()), e);
        }
    }

    /** The line itself stays, so that all others keep their number. */
    static String withoutFirstLine(String text) {
        if (!text.startsWith("#!")) {
            return text;
        }
        var end = text.indexOf('\n');
        return end < 0 ? "" : text.substring(end);
    }
}
