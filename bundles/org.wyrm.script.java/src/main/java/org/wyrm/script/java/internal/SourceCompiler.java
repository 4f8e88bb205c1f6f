package org.wyrm.script.java.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.script.ScriptSource;

/** Compiles one source file against the class path of this process; nothing is written to a disk. */
final class SourceCompiler {
    private SourceCompiler() {}

    /**
     * {@return the class files by their names, the first class first}
     *
     * @throws OperationFailedException if the source is not Java, with line and column; or the runtime has no compiler
     */
    static Map<String, byte[]> compile(ScriptSource source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new OperationFailedException(
                    source.name() + ": the Java that runs wyrm has no compiler (module jdk.compiler)");
        }
        var told = new DiagnosticCollector<JavaFileObject>();
        try (var files = compiler.getStandardFileManager(told, Locale.ROOT, StandardCharsets.UTF_8);
                var memory = new Memory(files)) {
            // No class of the class path has a say in how a script is compiled.
            var options = List.of("-proc:none", "-implicit:none", "-nowarn", "-g");
            var rest = new StringWriter();
            var task = compiler.getTask(rest, memory, told, options, null, List.of(new Source(source)));
            if (!task.call()) {
                throw told.getDiagnostics().stream()
                        .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                        .findFirst()
                        .map(error -> error(source, error))
                        .orElseGet(() -> new OperationFailedException(source.name() + ": " + rest));
            }
            return memory.classes();
        } catch (IOException e) {
            throw new OperationFailedException("cannot close the compiler of " + source.name(), e);
        }
    }

    private static DebuggerException error(ScriptSource source, Diagnostic<?> error) {
        var message = error.getMessage(Locale.ROOT);
        if (error.getLineNumber() == Diagnostic.NOPOS) {
            return new OperationFailedException(source.name() + ": " + message);
        }
        // The compiler's own column counts a tab as eight.
        var at = (int) error.getPosition();
        var column = at - source.text().lastIndexOf('\n', at - 1);
        return source.error((int) error.getLineNumber(), column, message, null);
    }

    /** What is compiled. */
    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(ScriptSource source) {
            super(URI.create("script:/" + source.fileName().replaceAll("[^\\w.-]", "_")), Kind.SOURCE);
            text = source.text();
        }

        /** As {@code java FILE} has it, a public class need not have the file's name. */
        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return kind == Kind.SOURCE;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Keeps what the compiler writes. */
    private static final class Memory extends ForwardingJavaFileManager<StandardJavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written = new LinkedHashMap<>();

        Memory(StandardJavaFileManager files) {
            super(files);
        }

        Map<String, byte[]> classes() {
            var classes = new LinkedHashMap<String, byte[]>();
            written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
            return classes;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                JavaFileManager.Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            var bytes = new ByteArrayOutputStream();
            written.put(name, bytes);
            return new SimpleJavaFileObject(URI.create("script:/" + name.replace('$', '_')), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return bytes;
                }
            };
        }
    }
}
