package org.wyrm.block.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.base.progress.Progress;
import org.wyrm.block.bio.Bios;
import org.wyrm.block.blkdev.Disks;
import org.wyrm.block.blkdev.Partitions;
import org.wyrm.block.blkdev.Plugs;
import org.wyrm.block.blkmq.RequestQueues;
import org.wyrm.block.blkmq.RequestQueues.TagKind;
import org.wyrm.block.blkmq.Requests;
import org.wyrm.block.internal.BlockTypes.Era;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;

/** What no dump of the lab shows at will: queues with requests in every state, partitions, and damage. */
class BlockLayerTest {
    private static final long START = TestProgram.BASE;
    private static final long QUEUE = START;
    private static final long FIRST_HARDWARE = START + 0x100;
    private static final long SECOND_HARDWARE = START + 0x200;
    private static final long TABLE = START + 0x300;
    private static final long TAGS = START + 0x400;
    private static final long SCHED_TAGS = START + 0x600;
    private static final long ELEVATOR = START + 0x800;
    private static final long REQUESTS = START + 0x1000;
    private static final long ABSENT = 0x7000_0000L;

    /** How many tags there are, the first two of them reserved. */
    private static final int TAG_COUNT = 6;

    private static final int RESERVED = 2;

    private final List<String> warnings = new ArrayList<>();

    private static long request(int index) {
        return REQUESTS + index * 0x80L;
    }

    private static Value queue(Program program) {
        return program.object(program.type("struct request_queue"), QUEUE);
    }

    private static List<Long> addresses(java.util.stream.Stream<Value> values) {
        return values.map(Value::address).toList();
    }

    /** A queue with two hardware queues that share their tags: none in use. */
    private static TestProgram target(Era era) {
        var target = BlockTypes.program(era)
                .u64(QUEUE + 8, 1)
                .u32(QUEUE + 16, 2)
                .u64(QUEUE + 24, 64)
                .u64(FIRST_HARDWARE, TAGS)
                .u64(SECOND_HARDWARE, TAGS)
                .u32(SECOND_HARDWARE + 16, 1);
        if (era == Era.HD_STRUCT) {
            target.u64(QUEUE + 32, TABLE).u64(TABLE, FIRST_HARDWARE).u64(TABLE + 8, SECOND_HARDWARE);
        } else {
            target.u64(QUEUE + 32, TABLE | 2).u64(TABLE + 16, FIRST_HARDWARE).u64(TABLE + 24, SECOND_HARDWARE);
        }
        return tags(target, era, TAGS);
    }

    /** Tags whose {@code rqs} and {@code static_rqs} follow: of each tag the request of its number. */
    private static TestProgram tags(TestProgram target, Era era, long at) {
        target.u32(at, TAG_COUNT).u32(at + 4, RESERVED);
        bitmap(target, era, at, 8, 0x100, TAG_COUNT - RESERVED);
        bitmap(target, era, at, 24, 0x140, RESERVED);
        target.u64(at + 40, at + 0x60).u64(at + 48, at + 0x60);
        for (var tag = 0; tag < TAG_COUNT; tag++) {
            target.u64(at + 0x60 + tag * 8L, request(tag));
        }
        return target;
    }

    /** A bitmap in words of four bits. */
    private static void bitmap(TestProgram target, Era era, long tags, int member, int words, int depth) {
        var at = era == Era.HD_STRUCT ? tags + words + 0x30 : tags + member;
        if (era == Era.HD_STRUCT) {
            target.u64(tags + member, at);
        }
        target.u32(at, depth).u32(at + 4, 2).u64(at + 8, tags + words);
    }

    private static TestProgram inUse(TestProgram target, long tags, int reservedBits, int bits) {
        return target.u64(tags + 0x140, reservedBits).u64(tags + 0x100, bits);
    }

    private static TestProgram made(TestProgram target, int index, long queue, long hardware, int tag) {
        var at = request(index);
        return target.u64(at, queue).u64(at + 8, hardware).u32(at + 20, tag).u32(at + 88, 1);
    }

    private static TestProgram made(TestProgram target, int index, long hardware) {
        return made(target, index, QUEUE, hardware, index);
    }

    @Nested
    class TagsOfTheDriver {
        @ParameterizedTest
        @EnumSource(Era.class)
        void tellOfRequestsByHardwareQueueTheReservedOnesFirst(Era era) {
            var target = inUse(target(era), TAGS, 0b10, 0b1011);
            for (var index = 0; index < TAG_COUNT; index++) {
                made(target, index, index == 3 ? SECOND_HARDWARE : FIRST_HARDWARE);
            }

            var program = target.open();

            assertThat(addresses(RequestQueues.requestQueueBusyIter(queue(program))))
                    .containsExactly(request(1), request(2), request(5), request(3));
            assertThat(RequestQueues.requestQueueBusyIter(queue(program), "sched"))
                    .isEmpty();
        }

        @ParameterizedTest
        @EnumSource(Era.class)
        void passOverWhatIsNotOfTheQueueOrNotInUse(Era era) {
            var target = inUse(target(era), TAGS, 0b11, 0b1111);
            made(target, 0, QUEUE + 8, FIRST_HARDWARE, 0); // another queue's
            made(target, 1, QUEUE, FIRST_HARDWARE, -1); // of a tag that it gave back
            made(target, 2, QUEUE, FIRST_HARDWARE, 2).u32(request(2) + 88, 0); // being made
            made(target, 3, FIRST_HARDWARE);
            made(target, 4, FIRST_HARDWARE);
            target.u64(TAGS + 0x60 + 4 * 8, 0); // never used
            made(target, 5, FIRST_HARDWARE);
            target.u64(TAGS + 0x108, 0b1000); // the bit of the last one was given back

            var program = target.open();

            assertThat(addresses(RequestQueues.requestQueueBusyIter(queue(program), "driver")))
                    .containsExactly(request(3));
        }

        @ParameterizedTest
        @EnumSource(Era.class)
        void areNotMoreThanThereArePlacesFor(Era era) {
            var target = target(era);
            target.u32(era == Era.HD_STRUCT ? TAGS + 0x130 : TAGS + 8, 64);

            var program = target.open();

            assertThatThrownBy(() ->
                            RequestQueues.requestQueueBusyIter(queue(program)).toList())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining(
                            "blk_mq_tags at 0x%x: bitmap_tags has 64 bits for 4 requests".formatted(TAGS));
        }

        @Test
        void areAnErrorWhereTheRequestIsAbsent() {
            var target = inUse(target(Era.FLAGS), TAGS, 0, 1).u64(TAGS + 0x60 + 2 * 8, ABSENT);

            var program = target.open();

            assertThatThrownBy(() ->
                            RequestQueues.requestQueueBusyIter(queue(program)).toList())
                    .isInstanceOf(FaultException.class)
                    .hasMessageContaining("0x%016x".formatted(ABSENT + 20));
        }

        @Test
        void areOfTwoKinds() {
            var program = target(Era.FLAGS).open();

            assertThatThrownBy(() -> RequestQueues.requestQueueBusyIter(queue(program), "all"))
                    .isInstanceOf(UsageException.class)
                    .hasMessage("'all' is neither driver nor sched");
        }
    }

    @Nested
    class TagsOfTheScheduler {
        /** Requests 8 to 13 are the scheduler's; the driver has two of them, and a flush. */
        private Program scheduled(Era era) {
            var target = inUse(target(era), TAGS, 0, 0b0111)
                    .u64(QUEUE, ELEVATOR)
                    .u64(ELEVATOR, ELEVATOR + 0x10)
                    .u64(ELEVATOR + 0x10, ELEVATOR + 0x20)
                    .text(ELEVATOR + 0x20, "mq-deadline")
                    .u64(FIRST_HARDWARE + 8, SCHED_TAGS)
                    .u64(SECOND_HARDWARE + 8, SCHED_TAGS);
            inUse(tags(target, era, SCHED_TAGS), SCHED_TAGS, 0, 0b1111);
            for (var tag = 0; tag < TAG_COUNT; tag++) {
                target.u64(SCHED_TAGS + 0x60 + tag * 8L, request(8 + tag));
                made(target, 8 + tag, QUEUE, FIRST_HARDWARE, -1);
            }
            made(target, 12, QUEUE, FIRST_HARDWARE, 2);
            made(target, 13, QUEUE, SECOND_HARDWARE, 3);
            made(target, 4, SECOND_HARDWARE); // the flush
            return target.u64(TAGS + 0x60 + 2 * 8, request(12))
                    .u64(TAGS + 0x60 + 3 * 8, request(13))
                    .open();
        }

        @ParameterizedTest
        @EnumSource(Era.class)
        void tellOfAllThatWasAskedForOnceWhereTheyAreShared(Era era) {
            var queue = queue(scheduled(era));

            assertThat(addresses(RequestQueues.requestQueueBusyIter(queue)))
                    .containsExactly(request(10), request(11), request(12), request(13));
            assertThat(RequestQueues.scheduler(queue)).contains("mq-deadline");
        }

        @ParameterizedTest
        @EnumSource(Era.class)
        void tellWithThoseOfTheDriverOfEachRequestOnce(Era era) {
            var queue = queue(scheduled(era));

            assertThat(addresses(RequestQueues.requestQueueBusyIter(queue, TagKind.DRIVER)))
                    .containsExactly(request(12), request(13), request(4));
            assertThat(addresses(RequestQueues.requests(queue)))
                    .containsExactly(request(12), request(13), request(4), request(10), request(11));
        }
    }

    @Nested
    class ARequest {
        private static final long BIO = START + 0x4000;

        private Value request(TestProgram target) {
            var program = target.open();
            return program.object(program.type("struct request"), REQUESTS);
        }

        @Test
        void isMadeOfBios() {
            var rq = request(BlockTypes.program(Era.FLAGS)
                    .u64(REQUESTS + 40, BIO)
                    .u64(BIO, BIO + 0x100)
                    .u64(BIO + 0x100, BIO + 0x200));

            assertThat(addresses(Bios.rqForEachBio(rq))).containsExactly(BIO, BIO + 0x100, BIO + 0x200);
        }

        @Test
        void hasBiosAsAListHasThem() {
            var list = BIO + 0x300;
            var program = BlockTypes.program(Era.FLAGS)
                    .u64(list, BIO)
                    .u64(list + 8, BIO + 0x100)
                    .u64(BIO, BIO + 0x100)
                    .open();

            assertThat(addresses(Bios.bioListForEach(program.object(program.type("struct bio_list"), list))))
                    .containsExactly(BIO, BIO + 0x100);
        }

        @Test
        void hasBiosThatDoNotComeBack() {
            var rq = request(BlockTypes.program(Era.FLAGS)
                    .u64(REQUESTS + 40, BIO)
                    .u64(BIO, BIO + 0x100)
                    .u64(BIO + 0x100, BIO));

            assertThatThrownBy(() -> Bios.rqForEachBio(rq).toList())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("bio at 0x%x".formatted(BIO));
        }

        @ParameterizedTest
        @EnumSource(Era.class)
        void tellsWhatItAsksForAndHow(Era era) {
            var rq = request(BlockTypes.program(era)
                    .u32(REQUESTS + 16, 1 | 1 << 11 | 1 << 12 | 1 << 29 | 1 << 31)
                    .u32(REQUESTS + 24, 0x8000_0000)
                    .u64(REQUESTS + 32, 77));

            assertThat(Requests.reqOp(rq).longValue()).isEqualTo(1);
            assertThat(Requests.blkOpStr(rq.program(), 1)).contains("WRITE");
            assertThat(Requests.blkOpStr(rq.program(), 36)).isEmpty();
            assertThat(Requests.flags(rq)).containsExactly("SYNC", "META", "29", "31");
            assertThat(Requests.rqDataDir(rq)).isEqualTo(1);
            assertThat(Requests.opIsWrite(2)).isFalse();
            assertThat(Requests.blkRqPos(rq)).isEqualTo(77);
            assertThat(Requests.blkRqBytes(rq)).isEqualTo(0x8000_0000L);
            assertThat(Requests.blkMqRqToPdu(rq).longValue()).isEqualTo(REQUESTS + 128);
            assertThat(Requests.blkMqRqFromPdu(Requests.blkMqRqToPdu(rq)).address())
                    .isEqualTo(REQUESTS);
        }
    }

    @Nested
    class APlug {
        private static final long TASK = START + 0x4000;
        private static final long PLUG = START + 0x4100;

        private TestProgram plugged(Era era) {
            var target = BlockTypes.program(era).u64(TASK, PLUG);
            var link = 48;
            if (era == Era.HD_STRUCT) {
                return target.u64(PLUG, request(0) + link)
                        .u64(request(0) + link, request(1) + link)
                        .u64(request(1) + link, PLUG);
            }
            return target.u64(PLUG, request(0)).u64(request(0) + link, request(1));
        }

        private List<Long> requests(TestProgram target) {
            var program = target.open();
            return addresses(Plugs.requests(program.object(program.type("struct task_struct"), TASK)));
        }

        @ParameterizedTest
        @EnumSource(Era.class)
        void holdsRequestsBack(Era era) {
            assertThat(requests(plugged(era))).containsExactly(request(0), request(1));
        }

        @ParameterizedTest
        @EnumSource(Era.class)
        void isNotThere(Era era) {
            assertThat(requests(plugged(era).u64(TASK, 0))).isEmpty();
        }

        @ParameterizedTest
        @EnumSource(Era.class)
        void doesNotComeBack(Era era) {
            var link = era == Era.HD_STRUCT ? 48 : 0;
            var damaged = plugged(era).u64(request(1) + 48, request(0) + link);

            assertThatThrownBy(() -> requests(damaged))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("at 0x%x".formatted(request(0) + link));
        }
    }

    /** The disk {@code vda} with a partition {@code vda1}, and a device that is being taken away. */
    @Nested
    class TheClass {
        private static final long CLASS = START + 0x5000;
        private static final long SUBSYSTEM = START + 0x5100;
        private static final long DISK_TYPE = START + 0x5200;
        private static final long KSET = START + 0x5300;
        private static final long NODES = START + 0x5400;
        private static final long DISK = START + 0x6000;
        private static final long PART = START + 0x6200;
        private static final long NAMES = START + 0x6400;
        private static final long OTHER = START + 0x6600;

        private static long node(int index) {
            return NODES + index * 0x40L;
        }

        private static long part0(Era era) {
            return era == Era.HD_STRUCT ? DISK + 80 : DISK + 0x100;
        }

        private static TestProgram device(TestProgram target, int index, long device) {
            return target.u64(node(index) + 24, device)
                    .u64(node(index) + 8, index == 2 ? SUBSYSTEM + 40 : node(index + 1) + 8);
        }

        private TestProgram devices(Era era) {
            var part0 = part0(era);
            var target = tags(target(era), era, TAGS)
                    .symbol("block_class", CLASS, 16)
                    .symbol("disk_type", DISK_TYPE, 8)
                    .symbol("class_kset", KSET + 0x80, 8)
                    .u64(CLASS + 8, SUBSYSTEM)
                    .u64(KSET + 0x80, KSET)
                    // In the list of classes, another one is the first.
                    .u64(KSET, OTHER + 24)
                    .u64(OTHER + 24, SUBSYSTEM + 24)
                    .u64(SUBSYSTEM + 24, KSET)
                    .u64(SUBSYSTEM + 56, CLASS)
                    .u64(SUBSYSTEM + 40, node(0) + 8)
                    .text(NAMES, "vda1\0vda\0")
                    .u32(DISK, 254)
                    .u32(DISK + 4, 16)
                    .text(DISK + 8, "vda")
                    .u64(DISK + 48, QUEUE)
                    .u64(part0 + 8, 1 << 20)
                    .u64(part0 + 24, NAMES + 5)
                    .u64(part0 + 24 + 40, DISK_TYPE)
                    .u64(PART, 2048)
                    .u64(PART + 8, 4096)
                    .u64(PART + 24, NAMES)
                    .u64(PART + 24 + 24, part0 + 24);
            device(target, 0, PART + 24);
            device(target, 1, ABSENT).u64(node(1), SUBSYSTEM + 40 | 1);
            device(target, 2, part0 + 24);
            if (era == Era.HD_STRUCT) {
                return target.u32(PART + 20, 1).u32(PART + 24 + 48, 254 << 20 | 17);
            }
            target.u64(DISK + 80, part0)
                    .u64(part0 + 96, DISK)
                    .u64(PART + 96, DISK)
                    .u32(PART + 20, 254 << 20 | 17);
            return era == Era.FLAGS ? target.u32(PART + 16, 1) : target.u8(PART + 17, 1);
        }

        @ParameterizedTest
        @EnumSource(Era.class)
        void hasDisksAndPartitions(Era era) {
            var program = devices(era).open();

            assertThat(addresses(Disks.forEachDisk(program))).containsExactly(DISK);
            assertThat(addresses(Partitions.forEachPartition(program))).containsExactly(PART, part0(era));
        }

        @ParameterizedTest
        @EnumSource(Era.class)
        void hasPartitionsOfDisks(Era era) {
            var program = devices(era).open();
            var part = Partitions.forEachPartition(program).findFirst().orElseThrow();
            var disk = Partitions.disk(part);

            assertThat(disk.address()).isEqualTo(DISK);
            assertThat(Partitions.disk(Disks.part0(disk)).address()).isEqualTo(DISK);
            assertThat(Partitions.partName(part)).isEqualTo("vda1");
            assertThat(Partitions.partName(Disks.part0(disk))).isEqualTo("vda");
            assertThat(Partitions.partDevt(part)).isEqualTo(254L << 20 | 17);
            assertThat(Partitions.bdevPartno(part)).isEqualTo(1);
            assertThat(Partitions.getStartSect(part)).isEqualTo(2048);
            assertThat(Partitions.bdevNrSectors(part)).isEqualTo(4096);
            assertThat(Disks.diskDevt(disk)).isEqualTo(254L << 20 | 16);
            assertThat(Disks.getCapacity(disk)).isEqualTo(1 << 20);
        }

        @ParameterizedTest
        @EnumSource(Era.class)
        void hasDisksThatNothingCanBeWrittenTo(Era era) {
            var ofPart0 = part0(era) + (era == Era.FLAGS ? 17 : 16);
            for (var target : List.of(devices(era).u8(ofPart0, 1), devices(era).u64(DISK + 64, 2))) {
                var part =
                        Partitions.forEachPartition(target.open()).findFirst().orElseThrow();

                assertThat(Disks.getDiskRo(Partitions.disk(part))).isTrue();
                assertThat(Partitions.bdevReadOnly(part)).isTrue();
            }
            var ofPart = devices(era).u8(PART + (era == Era.FLAGS ? 17 : 16), 1).open();
            var part = Partitions.forEachPartition(ofPart).findFirst().orElseThrow();
            assertThat(Partitions.bdevReadOnly(part)).isTrue();
            assertThat(Disks.getDiskRo(Partitions.disk(part))).isFalse();
            assertThat(Partitions.bdevPartno(part)).isEqualTo(1);
        }

        @Test
        void isNotFoundInVain() {
            var program = devices(Era.FLAGS).u64(SUBSYSTEM + 56, 1).open();

            assertThatThrownBy(() -> Disks.forEachDisk(program).toList())
                    .isInstanceOf(LookupFailedException.class)
                    .hasMessageContaining("block");
        }

        @ParameterizedTest
        @EnumSource(Era.class)
        void isListedByTheCommand(Era era) {
            var target = devices(era).u64(DISK + 40, ABSENT).u32(DISK + 56, 1);
            made(inUse(target, TAGS, 0, 0b1111), 2, FIRST_HARDWARE).u32(request(2) + 28, 1);
            made(target, 3, SECOND_HARDWARE).u32(request(3) + 28, 1).u32(request(3) + 16, 1);
            target.u64(request(3) + 64, PART);
            made(target, 4, SECOND_HARDWARE).u32(request(4) + 16, 1); // idle
            made(target, 5, SECOND_HARDWARE).u32(request(5) + 28, 2); // complete

            var rows = new DisksCommand()
                    .run(context(target.open()), new DisksCommand.Options(true))
                    .toList();

            assertThat(rows).extracting(DisksCommand.Row::name).containsExactly(success("vda1"), success("vda"));
            assertThat(rows).extracting(DisksCommand.Row::device).containsExactly(success("254:17"), success("254:16"));
            assertThat(rows)
                    .extracting(DisksCommand.Row::size)
                    .containsExactly(success(new ByteSize(4096 * 512)), success(new ByteSize(1 << 29)));
            assertThat(rows)
                    .extracting(DisksCommand.Row::start)
                    .containsExactly(success(Optional.of(2048L)), success(Optional.empty()));
            assertThat(rows).extracting(DisksCommand.Row::rm).containsExactly(success(true), success(true));
            assertThat(rows)
                    .extracting(DisksCommand.Row::fops)
                    .containsExactly(success(Optional.empty()), success(Optional.of("0x70000000")));
            assertThat(rows)
                    .extracting(DisksCommand.Row::depth)
                    .containsExactly(success(Optional.empty()), success(Optional.of(64L)));
            assertThat(rows).extracting(DisksCommand.Row::reads).containsExactly(success(0L), success(1L));
            assertThat(rows).extracting(DisksCommand.Row::writes).containsExactly(success(1L), success(1L));
            assertThat(rows)
                    .extracting(DisksCommand.Row::address)
                    .containsExactly(new VirtualAddress(PART), new VirtualAddress(DISK));
        }

        @ParameterizedTest
        @CsvSource({"1000000000,999500000,0", "5000000000,0,5000", "1000000000,3000000000,0"})
        void hasRequestsWithAnAge(long now, long issued, long ageMs) {
            var clock = START + 0x7000;
            var target = devices(Era.FLAGS)
                    .symbol("tk_core", clock, 32)
                    .u64(clock + 8, now - 1)
                    .u64(clock + 16, 1L << 8)
                    .u32(clock + 24, 8);
            made(inUse(target, TAGS, 0, 1), 2, SECOND_HARDWARE)
                    .u64(request(2) + 72, issued == 0 ? 1 : issued)
                    .u32(request(2) + 16, 2 | 1 << 11)
                    .u32(request(2) + 28, 1);

            var rows = inflight(target.open());

            assertThat(rows).hasSize(1);
            assertThat(rows.getFirst().disk()).isEqualTo(success("vda"));
            assertThat(rows.getFirst().op()).isEqualTo(success("FLUSH"));
            assertThat(rows.getFirst().flags()).isEqualTo(success(List.of("SYNC")));
            assertThat(rows.getFirst().state()).isEqualTo(success("in_flight"));
            assertThat(rows.getFirst().tag()).isEqualTo(success(Optional.of(2)));
            assertThat(rows.getFirst().queue()).isEqualTo(success(1L));
            assertThat(rows.getFirst().issuedMs()).isEqualTo(success(Optional.empty()));
            assertThat(rows.getFirst().ageMs()).isEqualTo(success(Optional.of(issued == 0 ? ageMs - 1 : ageMs)));
        }

        @ParameterizedTest
        @CsvSource({"8, 0", "72, 5"})
        void hasRequestsThatDoNotEndWhileTheyAreRead(int member, long after) {
            var target = inUse(devices(Era.FLAGS), TAGS, 0, 0b11);
            made(target, 2, FIRST_HARDWARE);
            made(target, 3, FIRST_HARDWARE);
            var flags = request(2) + 16;
            var program = target.running(address -> {
                        if (address == flags) {
                            target.u64(request(2) + member, after);
                        }
                    })
                    .open();

            assertThat(inflight(program))
                    .extracting(InflightCommand.Row::request)
                    .containsExactly(new VirtualAddress(request(3)));
        }

        @Test
        void hasRequestsUpToWhereTheyAreDamaged() {
            var target = inUse(devices(Era.FLAGS), TAGS, 0, 0b11).u64(TAGS + 0x60 + 3 * 8, ABSENT);
            made(target, 2, FIRST_HARDWARE);

            var rows = inflight(target.open());

            assertThat(rows).extracting(InflightCommand.Row::request).containsExactly(new VirtualAddress(request(2)));
            assertThat(warnings)
                    .anySatisfy(warning -> assertThat(warning)
                            .startsWith("requests of vda: ")
                            .contains("0x%016x".formatted(ABSENT + 20)));
        }

        private List<InflightCommand.Row> inflight(Program program) {
            return new InflightCommand()
                    .run(context(program), new InflightCommand.Options(false, List.of("vda")))
                    .toList();
        }

        @Test
        void hasNoDiskOfAnotherName() {
            var program = devices(Era.FLAGS).open();

            assertThatThrownBy(() -> new InflightCommand()
                            .run(context(program), new InflightCommand.Options(false, List.of("vdz")))
                            .toList())
                    .isInstanceOf(LookupFailedException.class)
                    .hasMessageContaining("vdz");
        }
    }

    private static <T> Attempt<T> success(T value) {
        return new Attempt.Success<>(value);
    }

    private CommandContext context(Program program) {
        return new CommandContext() {
            @Override
            public <T> T target(Class<T> type) {
                return type.cast(program);
            }

            @Override
            public Cancellation cancellation() {
                return program.cancellation();
            }

            @Override
            public Contributions contributions() {
                throw new UnsupportedOperationException("it asks for none");
            }

            @Override
            public void warn(String message) {
                warnings.add(message);
            }

            @Override
            public Progress progress() {
                return Progress.NONE;
            }
        };
    }
}
