package org.wyrm.script.groovy.internal;

import groovy.lang.MetaClass;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.codehaus.groovy.runtime.InvokerHelper;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.address.PhysicalAddress;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.UsageException;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;

/** Makes what a script has of what the program has, and back. Confined to one thread. */
final class Values {
    private final Program program;
    private final MetaClass metaClass = InvokerHelper.getMetaClass(ScriptValue.class);
    private final Map<String, TargetType> types = new HashMap<>();

    Values(Program program) {
        this.program = program;
    }

    Program program() {
        return program;
    }

    MetaClass metaClass() {
        return metaClass;
    }

    ScriptValue of(Value value) {
        return new ScriptValue(this, value);
    }

    /** {@return what Java code gave, as a script has it: structures are pointers, as in the kernel; nothing is null} */
    @Nullable
    Object ofJava(@Nullable Object given) {
        if (given instanceof Value value) {
            var isStructure = value.type().unaliased() instanceof CompoundType && value.hasAddress();
            return of(isStructure ? value.addressOf() : value);
        }
        if (given instanceof Optional<?> optional) {
            return ofJava(optional.orElse(null));
        }
        if (given instanceof Iterable<?> list) {
            var converted = new ArrayList<@Nullable Object>();
            list.forEach(each -> converted.add(ofJava(each)));
            return converted;
        }
        return given instanceof Record javaRecord
                        && !(given instanceof VirtualAddress || given instanceof PhysicalAddress)
                ? new ScriptRecord(this, javaRecord)
                : given;
    }

    /** {@return a type that is named or given} */
    TargetType type(@Nullable Object type) {
        if (type instanceof TargetType known) {
            return known;
        }
        if (type instanceof CharSequence name) {
            return types.computeIfAbsent(name.toString(), program::type);
        }
        throw new UsageException("a type or its name was expected, not " + type);
    }

    /** {@return what C makes of an operand; empty if it is none} */
    Optional<Value> operand(@Nullable Object operand) {
        if (operand instanceof ScriptValue value) {
            return Optional.of(value.value());
        }
        if (operand instanceof Number number) {
            return Optional.of(number(number));
        }
        if (operand instanceof Boolean truth) {
            return Optional.of(program.scalar(type("_Bool"), truth ? 1 : 0));
        }
        if (operand instanceof VirtualAddress address) {
            return Optional.of(program.scalar(type("unsigned long"), address.value()));
        }
        if (operand instanceof PhysicalAddress address) {
            return Optional.of(program.scalar(type("unsigned long"), address.value()));
        }
        return operand == null ? Optional.of(nullPointer()) : Optional.empty();
    }

    Value nullPointer() {
        return program.scalar(type("void *"), 0);
    }

    /** A number of Java's has the type that C gives to such a literal. */
    private Value number(Number number) {
        if (number instanceof Integer || number instanceof Short || number instanceof Byte) {
            return program.scalar(type("int"), number.longValue());
        }
        if (number instanceof Long wide) {
            return program.scalar(type("long"), wide);
        }
        if (number instanceof BigInteger big) {
            if (big.bitLength() > Long.SIZE || (big.signum() < 0 && big.bitLength() >= Long.SIZE)) {
                throw new UsageException(big + " does not fit in 64 bits");
            }
            var type = big.bitLength() < Long.SIZE ? "long" : "unsigned long";
            return program.scalar(type(type), big.longValue());
        }
        var exact = number instanceof BigDecimal decimal ? decimal : BigDecimal.valueOf(number.doubleValue());
        return program.number(type("double"), exact);
    }

    /** {@return a number, of whatever has one} */
    long number(@Nullable Object operand) {
        return operand(operand)
                .orElseThrow(() -> new UsageException("a number was expected, not " + operand))
                .longValue();
    }
}
