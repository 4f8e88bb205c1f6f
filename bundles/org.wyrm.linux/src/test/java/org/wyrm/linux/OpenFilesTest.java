package org.wyrm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.FaultException;
import org.wyrm.linux.fdtable.OpenFiles;
import org.wyrm.linux.fdtable.OpenFiles.OpenFile;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;

class OpenFilesTest {
    private static final long BASE = TestProgram.BASE;
    private static final long END = BASE + 0x10000;
    private static final long TABLE = BASE + 0x100;
    private static final long FIRST_FILE = BASE + 0x8000;

    /** A task at {@link #BASE} whose table is at an address and says that it has so many places. */
    private TestProgram task(long descriptors, int places) {
        return KernelTypes.program()
                .u64(BASE, BASE + 0x80)
                .u64(BASE + 0x80, TABLE)
                .u32(TABLE, places)
                .u64(TABLE + KernelTypes.FDTABLE_FD, descriptors);
    }

    private TestProgram open(TestProgram program, long descriptors, int... numbers) {
        for (var number : numbers) {
            program.u64(descriptors + 8L * number, FIRST_FILE + number);
        }
        return program;
    }

    @Test
    void areGivenByNumberFromAllPartsOfTheTable() {
        var table = BASE + 0x1000;
        var program = open(task(table, 1030), table, 0, 2, 511, 512, 1029).open();

        assertThat(OpenFiles.forEachFile(object(program, "task_struct", BASE)))
                .extracting(OpenFile::fd)
                .containsExactly(0, 2, 511, 512, 1029);
        assertThat(OpenFiles.fget(object(program, "task_struct", BASE), 512))
                .map(Value::address)
                .contains(FIRST_FILE + 512);
    }

    @ParameterizedTest
    @CsvSource({"-1", "1", "64", "1000000"})
    void areNotThereByOtherNumbers(long number) {
        var table = BASE + 0x1000;
        var program = open(task(table, 64), table, 0).open();

        assertThat(OpenFiles.fget(object(program, "task_struct", BASE), number)).isEmpty();
    }

    @Test
    void areGivenUpToWhereTheTableCannotBeRead() {
        var table = END - 8 * 512;
        var program = open(task(table, 4096), table, 3, 511).open();
        var found = new ArrayList<Integer>();

        assertThatThrownBy(() -> OpenFiles.forEachFile(object(program, "task_struct", BASE))
                        .forEach(open -> found.add(open.fd())))
                .isInstanceOf(FaultException.class)
                .hasMessageContaining("0x%016x".formatted(END));
        assertThat(found).containsExactly(3, 511);
    }

    @Test
    void areNotLookedForInATableThatIsLargerThanAny() {
        var program = task(BASE + 0x1000, -1).open();

        assertThatThrownBy(() -> OpenFiles.forEachFile(object(program, "task_struct", BASE)))
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("0x%x".formatted(TABLE));
    }

    @Test
    void areNoneOfATaskThatHasEnded() {
        var program = KernelTypes.program().open();

        assertThat(OpenFiles.forEachFile(object(program, "task_struct", BASE))).isEmpty();
    }

    private static Value object(Program program, String type, long address) {
        return program.object(program.type("struct " + type), address);
    }
}
