package org.wyrm.program.spi;

import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.program.BinaryOperator;
import org.wyrm.program.UnaryOperator;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;

/** What a {@link Language}'s operators and conversions make of values of one program. Immutable and thread-safe. */
@ConsumerType
public interface Operators {
    /**
     * {@return the result of an operator, with the type that the language gives it}
     *
     * @throws org.wyrm.base.error.UsageException if the operator is not for such values
     */
    Value apply(BinaryOperator operator, Value left, Value right);

    /**
     * {@return the result of an operator, with the type that the language gives it}
     *
     * @throws org.wyrm.base.error.UsageException if the operator is not for such a value
     */
    Value apply(UnaryOperator operator, Value operand);

    /**
     * {@return a value converted as by an assignment or an argument}
     *
     * @throws org.wyrm.base.error.UsageException if the types are incompatible
     */
    Value convert(Value value, TargetType type);
}
