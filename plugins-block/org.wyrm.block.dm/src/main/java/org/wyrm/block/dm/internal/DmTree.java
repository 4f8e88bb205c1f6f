package org.wyrm.block.dm.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.CorruptStructureException;

/** What of devices lies on what: under each what it lies on, as often as something does. */
final class DmTree {
    /** As deep as no devices are put upon each other. */
    private static final int MAX_DEPTH = 64;

    private final List<DmDevice> devices;
    private final Map<String, DmDevice> byNumber = new HashMap<>();
    private final Map<String, List<String>> liesOn = new HashMap<>();
    private final Set<String> below = new HashSet<>();

    /**
     * A place in the tree.
     *
     * @param depth 0 for what nothing lies on
     * @param number of the device, as {@code 252:3}
     * @param device empty for one that is not of device-mapper
     */
    record Place(int depth, String number, Optional<DmDevice> device) {}

    /**
     * @param devices all there are
     * @param warn is told of a device of which it cannot be read what it lies on
     */
    DmTree(List<DmDevice> devices, Consumer<String> warn) {
        this.devices = devices;
        for (var device : devices) {
            var under = new ArrayList<String>();
            Attempt.orTell(
                    warn, () -> "what device " + device.number() + " lies on", () -> under.addAll(device.liesOn()));
            byNumber.put(device.number(), device);
            liesOn.put(device.number(), under);
            below.addAll(under);
        }
    }

    /**
     * {@return the places of all devices, each before those under it; first those that nothing lies on}
     *
     * @throws CorruptStructureException if a device lies on itself
     */
    Stream<Place> places() {
        var found = places(devices.stream()
                        .filter(device -> !below.contains(device.number()))
                        .toList())
                .toList();
        var reached = found.stream().map(Place::number).collect(Collectors.toSet());
        // What is under no device that nothing lies on is under itself.
        var others = devices.stream()
                .filter(device -> !reached.contains(device.number()))
                .toList();
        return Stream.concat(found.stream(), places(others));
    }

    /**
     * {@return the places under some devices, these first, and each before those under it}
     *
     * @throws CorruptStructureException if a device lies on itself
     */
    Stream<Place> places(List<DmDevice> tops) {
        return tops.stream().map(DmDevice::number).flatMap(this::under);
    }

    private Stream<Place> under(String top) {
        var found = new ArrayList<Place>();
        Deque<Place> todo = new ArrayDeque<>();
        todo.push(place(0, top));
        while (!todo.isEmpty()) {
            var place = todo.pop();
            found.add(place);
            if (place.depth == MAX_DEPTH) {
                throw new CorruptStructureException(
                        "mapped_device",
                        place.device.map(device -> device.md().address()).orElse(0L),
                        "it lies on itself, or on more than " + MAX_DEPTH + " others");
            }
            liesOn.getOrDefault(place.number, List.of())
                    .reversed()
                    .forEach(number -> todo.push(place(place.depth + 1, number)));
        }
        return found.stream();
    }

    private Place place(int depth, String number) {
        return new Place(depth, number, Optional.ofNullable(byNumber.get(number)));
    }
}
