package org.wyrm.script.java.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.script.ProvidesScriptEngine;
import org.wyrm.platform.script.Script;
import org.wyrm.platform.script.ScriptClasses;
import org.wyrm.platform.script.ScriptContext;
import org.wyrm.platform.script.ScriptEngine;
import org.wyrm.platform.script.ScriptSource;

/**
 * Compiles a source file of Java in memory, and runs its {@code main} as Java itself does: static or not, with arguments or
 * without, of a class or of a file that has none. What it wants of wyrm it asks {@link Script} for. Thread-safe.
 */
@ProvidesScriptEngine(language = "java", extensions = "java")
public final class JavaEngine implements ScriptEngine {
    @Override
    public void run(ScriptSource source, ScriptContext context) {
        Script.begin(context);
        var parent = JavaEngine.class.getClassLoader();
        var compiled = SourceCompiler.compile(source);
        var classes = new ScriptClasses(parent, new ScriptCode(parent, compiled).stoppable());
        var main = compiled.keySet().stream()
                .filter(name -> !name.contains("$"))
                .map(classes::script)
                .flatMap(each -> Arrays.stream(each.getDeclaredMethods()))
                .filter(JavaEngine::isMain)
                .max(Comparator.comparingInt(Method::getParameterCount))
                .orElseThrow(() -> new OperationFailedException(source.name() + ": no class has a main to run"));
        try {
            call(main, source.arguments().toArray(String[]::new));
        } catch (InvocationTargetException e) {
            JavaEngine.<RuntimeException>rethrow(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new OperationFailedException("%s: cannot call %s: %s".formatted(source.name(), main, e), e);
        } finally {
            context.out().flush();
        }
    }

    private static boolean isMain(Method method) {
        return method.getName().equals("main")
                && (method.getParameterCount() == 0
                        || Arrays.equals(method.getParameterTypes(), new Class<?>[] {String[].class}));
    }

    private static void call(Method main, String[] arguments) throws ReflectiveOperationException {
        main.setAccessible(true);
        Object owner = null;
        if (!Modifier.isStatic(main.getModifiers())) {
            var constructor = main.getDeclaringClass().getDeclaredConstructor();
            constructor.setAccessible(true);
            owner = constructor.newInstance();
        }
        main.invoke(owner, main.getParameterCount() == 0 ? new Object[0] : new Object[] {arguments});
    }

    /** A script's own exception goes on as it is, also one that no method here declares. */
    @SuppressWarnings("unchecked") // there is no cast at run time
    private static <T extends Throwable> void rethrow(@Nullable Throwable error) throws T {
        throw (T) error;
    }
}
