package org.wyrm.script.groovy.internal;

import com.google.errorprone.annotations.DoNotCall;
import org.codehaus.groovy.runtime.typehandling.DefaultTypeTransformation;
import org.jspecify.annotations.Nullable;
import org.wyrm.platform.script.ScriptExit;

/**
 * What the operators of a script are compiled to where Groovy's own would not know of values of the target: it asks the
 * left side only, and says without an error that {@code 1 == task.pid} is false.
 */
public final class Operators {
    private Operators() {}

    /** {@return whether two operands are equal: C's way if one is a value of the target, else Groovy's} */
    public static boolean equal(@Nullable Object left, @Nullable Object right) {
        if (left instanceof ScriptValue value) {
            return value.equals(right);
        }
        return right instanceof ScriptValue value
                ? value.equals(left)
                : DefaultTypeTransformation.compareEqual(left, right);
    }

    /** {@return whether two operands differ} */
    public static boolean notEqual(@Nullable Object left, @Nullable Object right) {
        return !equal(left, right);
    }

    /** {@return whether the left is less} */
    public static boolean less(@Nullable Object left, @Nullable Object right) {
        return compare(left, right) < 0;
    }

    /** {@return whether the left is less, or equal} */
    public static boolean lessOrEqual(@Nullable Object left, @Nullable Object right) {
        return compare(left, right) <= 0;
    }

    /** {@return whether the left is greater} */
    public static boolean greater(@Nullable Object left, @Nullable Object right) {
        return compare(left, right) > 0;
    }

    /** {@return whether the left is greater, or equal} */
    public static boolean greaterOrEqual(@Nullable Object left, @Nullable Object right) {
        return compare(left, right) >= 0;
    }

    /** {@return the order of two operands: below 0, 0, or above} */
    public static int compare(@Nullable Object left, @Nullable Object right) {
        if (left instanceof ScriptValue value) {
            return value.order(right);
        }
        return right instanceof ScriptValue value
                ? -value.order(left)
                : DefaultTypeTransformation.compareTo(left, right);
    }

    /** {@return what a switch is over: of a value of the target, what its cases can be equal to} */
    public static @Nullable Object choice(@Nullable Object operand) {
        return Arguments.plain(operand);
    }

    /** Ends the script, where it says that the process is to end. */
    @DoNotCall("scripts do, as they are compiled")
    public static void exit(@Nullable Object code) {
        throw new ScriptExit(Arguments.plain(code) instanceof Number number ? number.intValue() : 1);
    }
}
