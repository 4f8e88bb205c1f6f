package org.wyrm.itest.product;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.wyrm.base.error.Attempt;
import org.wyrm.lang.c.ValueFormat;
import org.wyrm.lang.c.ValueFormat.Option;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.program.FoundName;
import org.wyrm.program.NameKind;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.FunctionType;
import org.wyrm.symbols.TargetType.PointerType;
import org.wyrm.symbols.Variable;
import org.wyrm.symbols.Variable.Location;
import org.wyrm.symbols.VariableKind;
import org.wyrm.testkit.dump.Sample;

/** Draws objects of a program: variables, and what is found from them through members, elements and pointers. Confined. */
final class ValueSampler {
    private static final int MAX_STEPS = 4;
    private static final int MAX_INDEX = 64;
    private static final double WHOLE = 0.3;
    private static final double WITH_OPTIONS = 0.2;

    /** How often a bit field is taken where there is one: they are few. */
    private static final double BIT_FIELDS = 0.2;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Program program;
    private final Sample sample;
    private final Random random;
    private final List<Integer> cpus;

    /**
     * An object.
     *
     * @param question that asks drgn for it
     * @param how it is to be written
     */
    record Drawn(String question, Value value, ValueFormat format, Set<String> kinds) {}

    ValueSampler(Program program, Sample sample) {
        this.program = program;
        this.sample = sample;
        this.random = sample.random();
        this.cpus = Cpumasks.forEachPossibleCpu(program).boxed().toList();
    }

    /**
     * {@return objects from all variables whose names fit}
     *
     * @param drawsPerName how often a name is drawn from at most
     */
    List<Drawn> draw(Predicate<String> names) {
        var all = program.names(EnumSet.of(NameKind.VARIABLE), "", names)
                .map(FoundName::name)
                .distinct()
                .toList();
        var drawn = new ArrayList<Drawn>();
        var draws = Math.max(1, Math.ceilDiv(sample.size(), Math.max(1, all.size())));
        for (var name : sample.from(all)) {
            for (var i = 0; i < draws; i++) {
                draw(name).ifPresent(drawn::add);
            }
        }
        return drawn;
    }

    private Optional<Drawn> draw(String name) {
        var definitions = program.variables(name).stream()
                .filter(variable -> variable.kind() == VariableKind.VARIABLE)
                .toList();
        if (definitions.isEmpty()) {
            return Optional.empty();
        }
        var variable = definitions.get(random.nextInt(definitions.size()));
        var file = definitions.size() == 1
                ? null
                : variable.place().map(place -> place.file()).orElse("");
        var isAlone = definitions.stream()
                        .filter(each -> each.place()
                                .map(place -> place.file())
                                .equals(variable.place().map(place -> place.file())))
                        .count()
                == 1;
        if (definitions.size() > 1 && !isAlone) {
            return Optional.empty();
        }
        return found(name, file, variable);
    }

    private Optional<Drawn> found(String name, String file, Variable variable) {
        var type = variable.type().resolve();
        Integer cpu = null;
        Value value;
        if (variable.location() instanceof Location.Fixed(var address)) {
            value = program.object(type, address);
        } else if (variable.location() instanceof Location.PerCpu(var template)) {
            cpu = cpus.get(random.nextInt(cpus.size()));
            value = Percpu.perCpu(program.object(type, template), cpu);
        } else if (file == null && program.findVariable(name).isPresent()) {
            value = program.variable(name);
        } else {
            return Optional.empty();
        }
        var steps = new ArrayList<Object>();
        var kinds = new java.util.TreeSet<String>();
        if (cpu != null) {
            kinds.add("per-CPU");
        }
        if (random.nextDouble() >= WHOLE) {
            value = walk(value, steps, kinds);
        }
        kinds.add(steps.isEmpty() ? "whole" : "member");
        addKinds(value, kinds);
        var options = new TreeMap<String, Object>();
        var format = random.nextDouble() < WITH_OPTIONS ? options(options) : ValueFormat.DEFAULT;
        if (!options.isEmpty()) {
            kinds.add("options");
        }
        var question = new HashMap<String, Object>();
        question.put("name", name);
        question.put("file", file);
        question.put("cpu", cpu);
        question.put("steps", steps);
        question.put("options", options);
        try {
            return Optional.of(new Drawn(MAPPER.writeValueAsString(question), value, format, kinds));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private Value walk(Value start, List<Object> steps, Set<String> kinds) {
        var value = start;
        for (var members = 1 + random.nextInt(MAX_STEPS); members > 0; ) {
            var type = value.type().unaliased();
            if (type instanceof CompoundType) {
                value = program.complete(value.type()) == value.type()
                        ? value
                        : value.reinterpret(program.complete(value.type()));
                var named = named((CompoundType) value.type().unaliased());
                if (named.isEmpty()) {
                    return value;
                }
                var fields = bitFields((CompoundType) value.type().unaliased());
                var some = !fields.isEmpty() && random.nextDouble() < BIT_FIELDS ? fields : named;
                var name = some.get(random.nextInt(some.size()));
                value = value.member(name);
                steps.add(name);
                members--;
            } else if (type instanceof ArrayType array
                    && array.elementCount().orElse(0) > 0
                    && Attempt.of(() -> Value.sizeOf(
                                    program.complete(array.element().resolve())))
                            instanceof Attempt.Success) {
                var index = random.nextInt(
                        (int) Math.min(MAX_INDEX, array.elementCount().getAsLong()));
                value = value.subscript(index);
                steps.add(index);
                members--;
            } else if (type instanceof PointerType && followed(value).isPresent()) {
                value = followed(value).get();
                steps.add("*");
                kinds.add("through pointers");
            } else {
                return value;
            }
        }
        return value;
    }

    private Optional<Value> followed(Value pointer) {
        return Attempt.of(() -> {
                    var pointed = pointer.dereference();
                    var byteSize = Value.sizeOf(program.complete(pointed.type()));
                    pointed.bytes((int) Math.min(byteSize, 1 << 20));
                    return pointer.isNull() ? Optional.<Value>empty() : Optional.of(pointed);
                })
                .orElse(Optional.empty());
    }

    private static List<String> named(CompoundType type) {
        var names = new ArrayList<String>();
        for (var member : type.members()) {
            if (member.name().isPresent()) {
                names.add(member.name().get());
            } else if (member.type().resolve().unaliased() instanceof CompoundType inner) {
                names.addAll(named(inner));
            }
        }
        return names;
    }

    private static List<String> bitFields(CompoundType type) {
        return type.members().stream()
                .filter(member -> member.bitFieldBits().isPresent())
                .flatMap(member -> member.name().stream())
                .toList();
    }

    private static void addKinds(Value value, Set<String> kinds) {
        var type = value.type().unaliased();
        if (value.bitFieldBits().isPresent()) {
            kinds.add("bit field");
        }
        if (type instanceof EnumType) {
            kinds.add("enum");
        }
        if (type instanceof CompoundType compound) {
            kinds.add(compound.keyword().kind().label());
        }
        if (type instanceof ArrayType) {
            kinds.add("array");
        }
        if (type instanceof PointerType pointer) {
            kinds.add(pointer.target().resolve().unaliased() instanceof FunctionType ? "function pointer" : "pointer");
        }
    }

    private ValueFormat options(Map<String, Object> options) {
        var format = ValueFormat.DEFAULT;
        for (var option : Option.values()) {
            if (random.nextInt(3) == 0) {
                var isWanted = random.nextBoolean();
                format = isWanted ? format.with(option) : format.without(option);
                options.put(option.name().toLowerCase(Locale.ROOT), isWanted);
            }
        }
        if (random.nextInt(3) > 0) {
            // The labels that drgn writes would break lines elsewhere.
            var columns = 20 + random.nextInt(120);
            format = format.columns(columns).without(Option.SYMBOLIZE);
            options.put("columns", columns);
            options.put("symbolize", false);
        }
        return format;
    }

    /** {@return how many there are of each kind} */
    static Map<String, Integer> kinds(List<Drawn> drawn) {
        var counts = new TreeMap<String, Integer>();
        drawn.forEach(each -> each.kinds.forEach(kind -> counts.merge(kind, 1, Integer::sum)));
        return counts;
    }
}
