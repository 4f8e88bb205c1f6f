package org.wyrm.target.kdump.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.FileView;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.spi.TargetFormat;
import org.wyrm.program.spi.TargetImage;

/** A format, flattened or not: what {@code ProgramOpener} does with formats and containers. */
record InAnyForm(TargetFormat format) implements TargetFormat {
    private static final FlattenedContainer CONTAINER = new FlattenedContainer();

    @Override
    public boolean recognises(FileView file) {
        return format.recognises(file) || CONTAINER.recognises((ByteSlice) file);
    }

    @Override
    public TargetImage open(FileView file) {
        if (format.recognises(file)) {
            return format.open(file);
        }
        var warnings = new ArrayList<String>();
        var inside = CONTAINER.open((ByteSlice) file, warnings::add);
        if (!format.recognises(inside)) {
            throw inside.malformed(0, "the file inside is no such dump");
        }
        var image = format.open(inside);
        warnings.addAll(image.warnings());
        return new Warned(image, warnings);
    }

    private record Warned(TargetImage image, List<String> warnings) implements TargetImage {
        @Override
        public String description() {
            return image.description();
        }

        @Override
        public String architecture() {
            return image.architecture();
        }

        @Override
        public List<MemorySource> physicalMemory() {
            return image.physicalMemory();
        }

        @Override
        public List<MemorySource> virtualMemory() {
            return image.virtualMemory();
        }

        @Override
        public Optional<ByteSlice> vmcoreinfo() {
            return image.vmcoreinfo();
        }

        @Override
        public List<Note> notes() {
            return image.notes();
        }
    }
}
