package org.wyrm.block.dm.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.CorruptStructureException;

/** What of devices lies on what: under each that nothing lies on what it lies on, as often as something does. */
final class DmTree {
    /** As deep as no devices are put upon each other. */
    private static final int MAX_DEPTH = 64;

    private final Map<String, DmDevice> byNumber = new HashMap<>();
    private final Map<String, Attempt<List<String>>> liesOn = new HashMap<>();
    private final List<String> tops;

    /**
     * A place in the tree.
     *
     * @param depth 0 for what nothing lies on
     * @param number of the device, as {@code 252:3}
     * @param device empty for one that is not of device-mapper
     */
    record Place(int depth, String number, Optional<DmDevice> device) {}

    DmTree(List<DmDevice> devices) {
        var below = new HashSet<String>();
        for (var device : devices) {
            var under = Attempt.of(device::liesOn);
            byNumber.put(device.number(), device);
            liesOn.put(device.number(), under);
            below.addAll(under.orElse(List.of()));
        }
        tops = devices.stream()
                .map(DmDevice::number)
                .filter(number -> !below.contains(number))
                .toList();
    }

    /**
     * {@return the places, each before those under it}
     *
     * @throws CorruptStructureException if a device lies on itself
     */
    Stream<Place> places() {
        return tops.stream().flatMap(this::under);
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
            liesOn.getOrDefault(place.number, Attempt.of(List::of))
                    .orElse(List.of())
                    .reversed()
                    .forEach(number -> todo.push(place(place.depth + 1, number)));
        }
        return found.stream();
    }

    private Place place(int depth, String number) {
        return new Place(depth, number, Optional.ofNullable(byNumber.get(number)));
    }
}
