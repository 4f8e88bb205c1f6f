package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.dwarf.BuiltLines.*;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.wyrm.testkit.dwarf.SectionBuilder.Part;

/** The names of directories and files of a line table. */
class LineNamesTest {
    @Test
    void ofVersion2AreReadWithTheirNumbers() {
        var header = header(table(Shape.of(2), names(2), program -> {}));
        var files = header.files();

        assertThat(files.form()).isEqualTo(LineStringForm.IN_PLACE);
        assertThat(files.name(2, strings())).isEqualTo("stdio.h");
        assertThat(files.directoryIndex(2)).isEqualTo(1);
        assertThat(files.modificationTime(2)).hasValue(300);
        assertThat(files.byteSize(2)).hasValue(4000);
        assertThat(files.byteSize(1)).isEmpty();
        assertThat(files.md5(1)).isEmpty();
        assertThat(header.directories().name(1, strings())).isEqualTo("/usr/include");
    }

    @Test
    void ofVersion5AreReadByTheirFormats() {
        var header = header(table(Shape.of(5), names(5), program -> {}));
        var files = header.files();

        assertThat(header.directories().form()).isEqualTo(LineStringForm.IN_PLACE);
        assertThat(header.directories().name(0, strings())).isEqualTo("/work");
        assertThat(files.form()).isEqualTo(LineStringForm.LINE_STRING);
        assertThat(files.nameOffset(1)).isEqualTo(5);
        assertThat(files.name(2, strings())).isEqualTo("b.h");
        assertThat(files.directoryIndex(2)).isEqualTo(2);
        assertThat(files.modificationTime(1)).hasValue(300);
        assertThat(files.byteSize(1)).hasValue(4000);
        assertThat(files.byteSize(2)).hasValue(0);
        assertThat(files.md5(1))
                .hasValueSatisfying(digest ->
                        assertThat(digest).startsWith(2, 3).endsWith(17).hasSize(16));
    }

    @Test
    void pathsAreJoinedFromWhatIsNotAbsolute() {
        for (var version : List.of(4, 5)) {
            var header = header(table(Shape.of(version), names(version), program -> {}));
            var first = header.files().firstIndex();

            assertThat(IntStream.range(first, first + 3)
                            .mapToObj(file -> header.path(header.files(), file, strings(), "/work")))
                    .containsExactly("/work/a.c", "/usr/include/stdio.h", "/work/lib/b.h");
        }
    }

    @Test
    void aDirectoryThatIsNotInTheTableIsRejectedWhenAPathIsAskedFor() {
        var header = header(table(
                Shape.of(4),
                names -> names.u8(0).string("a.c").uleb(7).uleb(0).uleb(0).u8(0),
                program -> {}));

        assertThatThrownBy(() -> header.path(header.files(), 1, strings(), "/work"))
                .hasMessage(".debug_line+0x0: file 1 is in directory 7, the table has 0");
    }

    @Test
    void everyFormOfANameIsRead() {
        assertThat(nameOf(0x08, names -> names.string("in.c"))).isEqualTo("in.c");
        assertThat(nameOf(0x1f, names -> names.offset(5))).isEqualTo("stdio.h");
        assertThat(nameOf(0x0e, names -> names.offset(2))).isEqualTo("x.c");
        assertThat(nameOf(0x1a, names -> names.uleb(300))).isEqualTo("string 300");
        assertThat(nameOf(0x25, names -> names.u8(200))).isEqualTo("string 200");
        assertThat(nameOf(0x26, names -> names.u16(0xfffe))).isEqualTo("string 65534");
        assertThat(nameOf(0x27, names -> names.number(0xfffffe, 3))).isEqualTo("string 16777214");
        assertThat(nameOf(0x28, names -> names.u32(0xffff_fffeL))).isEqualTo("string 4294967294");
    }

    private String nameOf(int form, Part name) {
        return header(table(
                        Shape.of(5),
                        names -> {
                            names.u8(0).uleb(0).u8(1).uleb(1).uleb(form).uleb(1);
                            name.addTo(names);
                        },
                        program -> {}))
                .files()
                .name(0, strings());
    }

    @Test
    void everyFormOfANumberIsRead() {
        assertThat(directoryOf(0x0b, names -> names.u8(200))).isEqualTo(200);
        assertThat(directoryOf(0x05, names -> names.u16(60000))).isEqualTo(60000);
        assertThat(directoryOf(0x06, names -> names.u32(70000))).isEqualTo(70000);
        assertThat(directoryOf(0x07, names -> names.u64(70000))).isEqualTo(70000);
        assertThat(directoryOf(0x0f, names -> names.uleb(300))).isEqualTo(300);
    }

    private int directoryOf(int form, Part directory) {
        return header(table(
                        Shape.of(5),
                        names -> {
                            names.u8(0)
                                    .uleb(0)
                                    .u8(2)
                                    .uleb(2)
                                    .uleb(form)
                                    .uleb(1)
                                    .uleb(0x08)
                                    .uleb(1);
                            directory.addTo(names);
                            names.string("x");
                        },
                        program -> {}))
                .files()
                .directoryIndex(0);
    }

    @Test
    void fieldsOfVendorsArePassedOverByTheirForm() {
        var forms = new int[] {
            0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x17, 0x1a, 0x1d, 0x1e, 0x1f,
            0x25, 0x26, 0x27, 0x28
        };
        var header = header(table(
                Shape.of(5),
                names -> {
                    names.u8(0).uleb(0).u8(forms.length + 1);
                    for (var form : forms) {
                        names.uleb(0x2005).uleb(form);
                    }
                    names.uleb(1).uleb(0x08).uleb(1);
                    names.u16(1)
                            .u8(7)
                            .u32(2)
                            .u16(7)
                            .u16(7)
                            .u32(7)
                            .u64(7)
                            .string("seven")
                            .uleb(1)
                            .u8(7)
                            .u8(1)
                            .u8(7);
                    names.u8(7)
                            .u8(1)
                            .sleb(-700)
                            .offset(7)
                            .uleb(700)
                            .offset(7)
                            .uleb(700)
                            .offset(7);
                    names.u64(7)
                            .u64(7)
                            .offset(7)
                            .u8(7)
                            .u16(7)
                            .number(7, 3)
                            .u32(7)
                            .string("x.c");
                },
                program -> {}));

        assertThat(header.files().name(0, strings())).isEqualTo("x.c");
    }

    @Test
    void aNumberThatIsNotInTheTableIsTheCallersMistake() {
        var files = header(table(Shape.of(5), names(5), program -> {})).files();

        assertThat(files.has(3)).isFalse();
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> files.nameOffset(3))
                .withMessageContaining("number 3");
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> files.nameOffset(-1));
    }
}
