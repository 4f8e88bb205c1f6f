package org.wyrm.script.groovy.internal;

import groovy.lang.GroovyClassLoader;
import groovy.lang.GroovySystem;
import groovy.lang.MetaMethod;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.codehaus.groovy.control.CompilationFailedException;
import org.codehaus.groovy.control.CompilationUnit;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.codehaus.groovy.control.MultipleCompilationErrorsException;
import org.codehaus.groovy.control.Phases;
import org.codehaus.groovy.control.messages.SyntaxErrorMessage;
import org.codehaus.groovy.reflection.CachedClass;
import org.codehaus.groovy.runtime.InvokerHelper;
import org.codehaus.groovy.runtime.InvokerInvocationException;
import org.codehaus.groovy.runtime.metaclass.MetaClassRegistryImpl;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.script.ProvidesScriptEngine;
import org.wyrm.platform.script.Script;
import org.wyrm.platform.script.ScriptClasses;
import org.wyrm.platform.script.ScriptContext;
import org.wyrm.platform.script.ScriptEngine;
import org.wyrm.platform.script.ScriptSource;

/** Compiles a script in memory, and runs it. Thread-safe. */
@ProvidesScriptEngine(
        language = "groovy",
        extensions = {"groovy", "gvy", "gsh"})
public final class GroovyEngine implements ScriptEngine {
    /** A script loads no code from elsewhere: what wyrm runs is what the user sees. */
    private static final Set<String> OFF = Set.of("groovy.grape.GrabAnnotationTransformation");

    private static final String EXTENSION = "wyrm";

    @Override
    public void run(ScriptSource source, ScriptContext context) {
        addOperators();
        Script.begin(context);
        var binding = new ScriptBinding(new Session(context), source);
        try {
            InvokerHelper.createScript(compile(source), binding).run();
        } catch (InvokerInvocationException e) {
            throw thrown(e);
        } finally {
            context.out().flush();
        }
    }

    /** {@return what Java code threw that Groovy called} */
    private static RuntimeException thrown(InvokerInvocationException wrapper) {
        var cause = wrapper.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException known ? known : wrapper;
    }

    /**
     * Call sites are the classic ones: invokedynamic spins its classes anew in each process, and starts and walks slower;
     * see docs/adr/0019.
     */
    private static CompilerConfiguration configuration() {
        var configuration = new CompilerConfiguration();
        configuration.getOptimizationOptions().put(CompilerConfiguration.INVOKEDYNAMIC, false);
        configuration.setDisabledGlobalASTTransformations(OFF);
        configuration.setScriptBaseClass(ScriptBase.class.getName());
        configuration.addCompilationCustomizers(new OperatorRewriter());
        return configuration;
    }

    /** Numbers get operators with values of the target: Groovy looks for operators on the left side. */
    private static void addOperators() {
        var registry = (MetaClassRegistryImpl) GroovySystem.getMetaClassRegistry();
        if (registry.getModuleRegistry().hasModule(EXTENSION)) {
            return;
        }
        var properties = new Properties();
        properties.setProperty("moduleName", EXTENSION);
        properties.setProperty("moduleVersion", "1");
        properties.setProperty("extensionClasses", NumberOperators.class.getName());
        var methods = new HashMap<CachedClass, List<MetaMethod>>();
        registry.registerExtensionModuleFromProperties(properties, GroovyEngine.class.getClassLoader(), methods);
        methods.forEach(CachedClass::addNewMopMethods);
    }

    private static Class<?> compile(ScriptSource source) {
        var configuration = configuration();
        var parent = GroovyEngine.class.getClassLoader();
        try (var loader = new GroovyClassLoader(parent, configuration)) {
            var unit = new CompilationUnit(configuration, null, loader);
            var added = unit.addSource(source.fileName(), source.text());
            unit.compile(Phases.CLASS_GENERATION);
            var bytes = new HashMap<String, byte[]>();
            for (var each : unit.getClasses()) {
                bytes.put(each.getName(), each.getBytes());
            }
            return new ScriptClasses(parent, bytes).script(added.getAST().getMainClassName());
        } catch (IOException e) {
            throw new OperationFailedException("cannot close the compiler of " + source.name(), e);
        } catch (MultipleCompilationErrorsException e) {
            throw syntaxError(source, e);
        } catch (CompilationFailedException e) {
            throw new OperationFailedException(source.name() + ": " + e.getMessage(), e);
        }
    }

    private static DebuggerException syntaxError(ScriptSource source, MultipleCompilationErrorsException error) {
        for (var message : error.getErrorCollector().getErrors()) {
            if (message instanceof SyntaxErrorMessage syntax) {
                var cause = syntax.getCause();
                var said = String.valueOf(cause.getOriginalMessage());
                return source.error(cause.getStartLine(), cause.getStartColumn(), said, cause);
            }
        }
        var said = String.valueOf(error.getMessage())
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("at "))
                .collect(Collectors.joining(" "));
        return new OperationFailedException(source.name() + ": " + said, error);
    }
}
