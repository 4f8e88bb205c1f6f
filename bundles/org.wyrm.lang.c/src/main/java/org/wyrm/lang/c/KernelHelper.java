package org.wyrm.lang.c;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.contribution.HeaderClause;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;

/**
 * A helper, found and called by its kernel name, as expressions and scripts do. A program among its parameters is given
 * by whoever calls, and is no argument. Immutable and thread-safe.
 */
public final class KernelHelper {
    private final Method method;

    private KernelHelper(Method method) {
        this.method = method;
    }

    /** {@return the helpers of a name, which differ by their arguments; none where no bundle has one; loads one class} */
    public static List<KernelHelper> named(Contributions contributions, String name) {
        for (var contribution : contributions.of(KernelName.class)) {
            var names = contribution.attributes().getOrDefault("names", "");
            if (HeaderClause.listValue(names).contains(name)) {
                return Stream.of(contribution.contributedClass().getMethods())
                        .filter(method -> Modifier.isStatic(method.getModifiers())
                                && method.isAnnotationPresent(KernelName.class)
                                && method.getAnnotation(KernelName.class)
                                        .value()
                                        .equals(name))
                        .map(KernelHelper::new)
                        .toList();
            }
        }
        return List.of();
    }

    /** {@return the types of its arguments} */
    public List<Class<?>> parameters() {
        return Stream.<Class<?>>of(method.getParameterTypes())
                .filter(type -> type != Program.class)
                .toList();
    }

    /**
     * {@return what it gives: a value, a number, a text, a record, or a stream or an optional of such}
     *
     * @param program what it is asked of
     * @param arguments of its {@link #parameters()}
     */
    public Object call(Program program, List<?> arguments) {
        var all = new ArrayList<Object>();
        var given = arguments.iterator();
        for (var parameter : method.getParameterTypes()) {
            all.add(parameter == Program.class ? program : given.next());
        }
        try {
            return method.invoke(null, all.toArray());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException error) {
                throw error;
            }
            throw new OperationFailedException(method.getName() + " failed: " + e.getCause(), e.getCause());
        } catch (IllegalAccessException e) {
            throw new OperationFailedException(method + " is not public", e);
        }
    }
}
