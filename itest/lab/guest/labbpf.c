/*
 * labbpf: BPF programs, maps, links and BTF with known contents, for the dump
 * bpf256. Run by init where the disk with serial "bpf" is there: makes them,
 * writes /run/lab/bpf-ready, and holds them until the end.
 *
 * The programs have no use but to hold each kind of instruction, map reference
 * and call once, as far as the verifier takes them; what this kernel cannot do
 * is a line on stderr.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define I(c, d, s, o, i) ((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })
#define WIDE(d, kind, low, high) I(0x18, d, kind, 0, low), I(0, 0, 0, 0, high)
#define CALL(n) I(0x85, 0, 0, 0, n)
#define EXIT I(0x95, 0, 0, 0, 0)
#define RETURN(n) I(0xb7, 0, 0, 0, n), EXIT

static int say(const char *what, long ret)
{
	if (ret < 0)
		fprintf(stderr, "labbpf: %s: %s\n", what, strerror(errno));
	return ret;
}

static int bpf(int cmd, union bpf_attr *a)
{
	return syscall(SYS_bpf, cmd, a, sizeof(*a));
}

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		say(path, -1);
	close(fd);
}

/* ---- BTF ---------------------------------------------------------------- */

static uint32_t types[256];
static char names[512];
static int types_n, names_n = 1;

static int name(const char *text)
{
	int at = names_n;

	if (!*text)
		return 0;
	strcpy(names + at, text);
	names_n += strlen(text) + 1;
	return at;
}

static void word(uint32_t w)
{
	types[types_n++] = w;
}

static void type(const char *called, int kind, int n, int flag, uint32_t size)
{
	word(name(called));
	word((uint32_t)flag << 31 | kind << 24 | n);
	word(size);
}

static void member(const char *called, int of, uint32_t bit)
{
	word(name(called));
	word(of);
	word(bit);
}

enum { UINT = 1, CHAR, U64, CHARS, COLOR, SHORT, SHORTS, BITS, POINTER, EITHER, RECORD, KEY, PROTO, FUNCTION, BOOL };

struct record {
	uint64_t total;
	uint32_t color, bits;
	char text[8];
	int16_t three[3];
	uint8_t yes, pad;
	uint32_t either, pad2;
	uint64_t pointer;
};

static int load_btf(void)
{
	static char blob[4096];
	struct { uint16_t magic; uint8_t version, flags; uint32_t header, type_off, type_len, str_off, str_len; } h;
	union bpf_attr a;

	type("unsigned int", 1, 0, 0, 4), word(32);
	type("char", 1, 0, 0, 1), word(1 << 24 | 8);
	type("unsigned long long", 1, 0, 0, 8), word(64);
	type("", 3, 0, 0, 0), word(CHAR), word(UINT), word(8);
	type("lab_color", 6, 3, 0, 4);
	word(name("LAB_RED")), word(0), word(name("LAB_GREEN")), word(1), word(name("LAB_BLUE")), word(7);
	type("short", 1, 0, 0, 2), word(1 << 24 | 16);
	type("", 3, 0, 0, 0), word(SHORT), word(UINT), word(3);
	type("lab_bits", 4, 2, 1, 4);
	member("low", UINT, 4 << 24 | 0), member("high", UINT, 28 << 24 | 4);
	type("", 2, 0, 0, 0);
	type("", 5, 2, 0, 4), member("word", UINT, 0), member("number", UINT, 0);
	type("lab_record", 4, 8, 0, sizeof(struct record));
	member("total", U64, 0), member("color", COLOR, 64), member("bits", BITS, 96), member("text", CHARS, 128);
	member("three", SHORTS, 192), member("yes", BOOL, 240), member("", EITHER, 256), member("pointer", POINTER, 320);
	type("lab_key", 4, 2, 0, 8), member("id", UINT, 0), member("zone", UINT, 32);
	type("", 13, 1, 0, UINT), word(name("ctx")), word(POINTER);
	type("lab_function_with_a_long_name", 12, 0, 0, PROTO);
	type("_Bool", 1, 0, 0, 1), word(4 << 24 | 8);

	memset(&h, 0, sizeof(h));
	h.magic = 0xeb9f, h.version = 1, h.header = 24;
	h.type_len = h.str_off = types_n * 4;
	h.str_len = names_n;
	memcpy(blob, &h, 24);
	memcpy(blob + 24, types, types_n * 4);
	memcpy(blob + 24 + types_n * 4, names, names_n);
	memset(&a, 0, sizeof(a));
	a.btf = (uintptr_t)blob;
	a.btf_size = 24 + types_n * 4 + names_n;
	return say("BTF", bpf(BPF_BTF_LOAD, &a));
}

/* ---- maps --------------------------------------------------------------- */

struct kind { const char *name; int type, key, value, max, flags, inner, btf, key_type, value_type; };

static int map(struct kind k)
{
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.map_type = k.type;
	a.key_size = k.key;
	a.value_size = k.value;
	a.max_entries = k.max;
	a.map_flags = k.flags;
	a.inner_map_fd = k.inner;
	a.btf_fd = k.btf;
	a.btf_key_type_id = k.key_type;
	a.btf_value_type_id = k.value_type;
	snprintf(a.map_name, sizeof(a.map_name), "%s", k.name);
	return say(k.name, bpf(BPF_MAP_CREATE, &a));
}

static void put(int fd, const void *key, const void *value)
{
	union bpf_attr a;

	if (fd < 0)
		return;
	memset(&a, 0, sizeof(a));
	a.map_fd = fd;
	a.key = (uintptr_t)key;
	a.value = (uintptr_t)value;
	say("update", bpf(BPF_MAP_UPDATE_ELEM, &a));
}

static void pin(int fd, const char *path)
{
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.pathname = (uintptr_t)path;
	a.bpf_fd = fd;
	say(path, bpf(BPF_OBJ_PIN, &a));
}

static void typed_maps(int btf)
{
	int hash = map((struct kind){ "t_hash", 1, 8, sizeof(struct record), 64, 0, 0, btf, KEY, RECORD });
	int array = map((struct kind){ "t_array", 2, 4, sizeof(struct record), 3, 0, 0, btf, UINT, RECORD });
	int cpus = map((struct kind){ "t_percpu", 5, 8, 8, 8, 0, 0, btf, KEY, U64 });
	uint32_t key[2], i;

	for (i = 0; i < 20; i++) {
		struct record r = { .total = 1ull << 40 | i, .color = i % 3 == 2 ? 7 : i % 3, .bits = i << 4 | (i & 15),
			.three = { i, -i, 300 }, .yes = i & 1, .either = i * 7, .pointer = 0xffff888000001000ull + i };

		snprintf(r.text, sizeof(r.text), "rec%u", i);
		key[0] = i, key[1] = i * i;
		put(hash, key, &r);
		if (i < 3)
			put(array, &i, &r);
	}
	for (i = 1; i < 4; i++) {
		uint64_t v[64];
		int cpu;

		for (cpu = 0; cpu < 64; cpu++)
			v[cpu] = i << 8 | cpu;
		key[0] = i, key[1] = 9;
		put(cpus, key, v);
	}
	pin(hash, "/sys/fs/bpf/labbpf/t_hash");
}

static void plain_maps(void)
{
	int cpu_hash = map((struct kind){ "p_percpu_hash", 5, 4, 8, 16, 0 });
	int cpu_hash12 = map((struct kind){ "p_percpu_key12", 5, 12, 16, 16, 1 /* BPF_F_NO_PREALLOC */ });
	int cpu_array = map((struct kind){ "p_percpu_array", 6, 4, 12, 3, 0 });
	int lru = map((struct kind){ "p_lru", 9, 4, 6, 32, 0 });
	int cpu_lru = map((struct kind){ "p_percpu_lru", 10, 4, 8, 32, 0 });
	int big = map((struct kind){ "p_hash_big", 1, 20, 100, 512, 1 });
	int lpm = map((struct kind){ "p_lpm", 11, 8, 4, 32, 1 });
	int queue = map((struct kind){ "p_queue", 22, 0, 4, 5, 0 });
	int stack = map((struct kind){ "p_stack", 23, 0, 4, 5, 0 });
	int inner = map((struct kind){ "p_inner", 2, 4, 8, 4, 0 });
	int outer = map((struct kind){ "p_outer_array", 12, 4, 4, 4, 0, inner });
	int outer_hash = map((struct kind){ "p_outer_hash", 13, 4, 4, 4, 0, inner });
	struct { uint32_t length; uint8_t address[4]; } net[] = {
		{ 8, { 10 } }, { 16, { 10, 1 } }, { 24, { 10, 1, 2 } }, { 24, { 10, 1, 3 } }, { 32, { 192, 168, 7, 9 } }, { 0, { 0 } } };
	uint32_t i, key[8], value[64];
	uint64_t wide[128];

	for (i = 0; i < 8; i++) {
		int n;

		memset(key, 0, sizeof(key));
		key[0] = i, key[2] = 77;
		for (n = 0; n < 128; n++)
			wide[n] = (uint64_t)i << 32 | n;
		put(cpu_hash, key, wide);
		put(cpu_hash12, key, wide);
		put(cpu_lru, key, wide);
		memset(value, 'a' + i, sizeof(value));
		put(lru, key, value);
		if (i < 3)
			put(cpu_array, key, wide);
	}
	for (i = 0; i < 300; i++) {
		memset(key, 0, sizeof(key));
		memset(value, 0, sizeof(value));
		key[0] = i, key[4] = ~i;
		value[0] = i * 3, value[24] = i;
		put(big, key, value);
	}
	for (i = 0; i < COUNT(net); i++)
		put(lpm, &net[i], &i);
	for (i = 1; i <= 5; i++) {
		value[0] = i * 11;
		put(queue, NULL, value);
		put(stack, NULL, value);
	}
	{ /* The queue goes round its end. */
		union bpf_attr a;

		memset(&a, 0, sizeof(a));
		a.map_fd = queue;
		a.value = (uintptr_t)value;
		say("pop", bpf(BPF_MAP_LOOKUP_AND_DELETE_ELEM, &a));
		value[0] = 66;
		put(queue, NULL, value);
	}
	i = 2;
	put(outer, &i, &inner);
	i = 40;
	put(outer_hash, &i, &inner);
}

/* The number of a function in the kernel's BTF, 0 if it has none. */
static int kernel_function(const char *wanted)
{
	static const uint8_t more[20] = { [1] = 4, [3] = 12, [14] = 4, [17] = 4 };
	static const uint8_t each[20] = { [4] = 12, [5] = 12, [6] = 8, [13] = 8, [15] = 12, [19] = 12 };
	static char *btf;
	uint32_t h[6], at, id = 1;

	if (!btf) {
		int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY);
		long n = 0, got;

		btf = malloc(16 << 20);
		while ((got = read(fd, btf + n, (16 << 20) - n)) > 0)
			n += got;
		close(fd);
	}
	memcpy(h, btf, sizeof(h)); /* magic and such, header, type_off, type_len, str_off, str_len */
	for (at = h[1] + h[2]; at < h[1] + h[2] + h[3]; id++) {
		uint32_t t[3], kind;

		memcpy(t, btf + at, sizeof(t));
		kind = t[1] >> 24 & 31;
		if (kind == 12 && !strcmp(btf + h[1] + h[4] + t[0], wanted))
			return id;
		at += 12 + (kind < 20 ? more[kind] + each[kind] * (t[1] & 0xffff) : 0);
	}
	return 0;
}

/* ---- programs ----------------------------------------------------------- */

struct load { const char *name; int type, attach, btf; uint32_t function, kernel_function; };

static int program(struct load l, struct bpf_insn *code, int n)
{
	static char log[1 << 18];
	uint32_t info[2] = { 0, l.function };
	union bpf_attr a;
	int fd;

	memset(&a, 0, sizeof(a));
	a.prog_type = l.type;
	a.expected_attach_type = l.attach;
	a.insns = (uintptr_t)code;
	a.insn_cnt = n;
	a.license = (uintptr_t)"GPL";
	a.log_buf = (uintptr_t)log;
	a.log_size = sizeof(log);
	a.log_level = 1;
	if (l.function) {
		a.prog_btf_fd = l.btf;
		a.func_info = (uintptr_t)info;
		a.func_info_rec_size = sizeof(info);
		a.func_info_cnt = 1;
	}
	a.attach_btf_id = l.kernel_function;
	snprintf(a.prog_name, sizeof(a.prog_name), "%s", l.name);
	fd = say(l.name, bpf(BPF_PROG_LOAD, &a));
	if (fd < 0)
		fprintf(stderr, "%.1200s\n", log + (strlen(log) > 1200 ? strlen(log) - 1200 : 0));
	return fd;
}
#define PROGRAM(l, code) program((struct load)l, code, COUNT(code))
#define ARGS(...) { __VA_ARGS__ }

/* All arithmetic on numbers that the verifier does not know, of both widths. */
static int arithmetic(void)
{
	static const uint8_t ops[] = { 0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x90, 0xa0, 0xb0, 0xc0 };
	struct bpf_insn code[256];
	unsigned n = 0, i, class;

	code[n++] = I(0xbf, 6, 1, 0, 0);
	code[n++] = CALL(7);
	code[n++] = I(0xbf, 7, 0, 0, 0);
	code[n++] = CALL(7);
	code[n++] = I(0xbf, 8, 0, 0, 0);
	for (class = 4; class <= 7; class += 3) {
		for (i = 0; i < COUNT(ops); i++) {
			code[n++] = I(class | ops[i], 7, 0, 0, 3 + i);
			code[n++] = I(class | ops[i] | 8, 7, 8, 0, 0);
		}
		code[n++] = I(class | 0x07, 8, 0, 0, -5);
		code[n++] = I(class | 0x80, 7, 0, 0, 0);
	}
	for (i = 16; i <= 64; i *= 2) {
		code[n++] = I(0xd4, 7, 0, 0, i);
		code[n++] = I(0xdc, 7, 0, 0, i);
	}
	code[n++] = I(0xbf, 0, 7, 0, 0);
	code[n++] = EXIT;
	return program((struct load){ "c_arithmetic", 1 }, code, n);
}

/* What came with version 4 of the instruction set: Linux 6.6. */
static int version4(void)
{
	struct bpf_insn code[] = {
		CALL(7), I(0xbf, 7, 0, 0, 0), I(0xbf, 8, 0, 0, 0),
		I(0x7b, 10, 7, -8, 0), I(0x91, 1, 10, -8, 0), I(0x89, 2, 10, -8, 0), I(0x81, 3, 10, -8, 0),
		I(0xbf, 1, 7, 8, 0), I(0xbf, 1, 7, 16, 0), I(0xbf, 1, 7, 32, 0), I(0xbc, 1, 7, 8, 0), I(0xbc, 1, 7, 16, 0),
		I(0xd7, 7, 0, 0, 16), I(0xd7, 7, 0, 0, 32), I(0xd7, 7, 0, 0, 64),
		I(0x3f, 7, 8, 1, 0), I(0x37, 7, 0, 1, -7), I(0x9f, 7, 8, 1, 0), I(0x97, 7, 0, 1, -7),
		I(0x3c, 7, 8, 1, 0), I(0x9c, 7, 8, 1, 0), I(0x15, 7, 0, 1, 9), I(0x06, 0, 0, 0, 1), I(0xb7, 7, 0, 0, 1), RETURN(0),
	};

	return PROGRAM(ARGS("c_version4", 1), code);
}

static int jumps(void)
{
	static const uint8_t ops[] = { 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xb0, 0xc0, 0xd0 };
	struct bpf_insn code[256];
	unsigned n = 0, i, class;

	code[n++] = CALL(7);
	code[n++] = I(0xbf, 7, 0, 0, 0);
	code[n++] = CALL(7);
	code[n++] = I(0xbf, 8, 0, 0, 0);
	for (class = 5; class <= 6; class++)
		for (i = 0; i < COUNT(ops); i++) {
			code[n++] = I(class | ops[i], 7, 0, 1, i % 2 ? 1000 + i : -1 - (int)i);
			code[n++] = I(0xb7, 0, 0, 0, i);
			code[n++] = I(class | ops[i] | 8, 7, 8, 1, 0);
			code[n++] = I(0xb7, 0, 0, 0, i);
		}
	code[n++] = I(0x15, 7, 0, 1, 9);
	code[n++] = I(0x05, 0, 0, 1, 0);
	code[n++] = I(0xb7, 0, 0, 0, 5);
	code[n++] = I(0xb7, 0, 0, 0, 6);
	code[n++] = EXIT;
	return program((struct load){ "c_jumps", 1 }, code, n);
}

static int memory(int globals)
{
	struct bpf_insn code[] = {
		I(0xbf, 6, 1, 0, 0),
		I(0x62, 10, 0, -4, 1), I(0x6a, 10, 0, -6, 2), I(0x72, 10, 0, -7, 3), I(0x72, 10, 0, -8, 4),
		I(0x7a, 10, 0, -16, -5), I(0xb7, 2, 0, 0, 6),
		I(0x63, 10, 2, -4, 0), I(0x6b, 10, 2, -6, 0), I(0x73, 10, 2, -7, 0), I(0x7b, 10, 2, -16, 0),
		I(0x61, 3, 10, -4, 0), I(0x69, 3, 10, -6, 0), I(0x71, 3, 10, -7, 0), I(0x79, 3, 10, -16, 0),
		I(0x61, 4, 6, 0, 0),
		I(0x30, 0, 0, 0, 3), I(0x28, 0, 0, 0, 12), I(0x20, 0, 0, 0, 26),
		I(0xb7, 7, 0, 0, 4), I(0x50, 0, 7, 0, 5), I(0x48, 0, 7, 0, 12), I(0x40, 0, 7, 0, 26),
		WIDE(1, BPF_PSEUDO_MAP_VALUE, globals, 24), I(0x79, 0, 1, 0, 0), I(0x7b, 1, 0, -8, 0),
		WIDE(3, 0, 0x55667788, 0x11223344), WIDE(4, 0, -1, 0),
		RETURN(0),
	};

	return PROGRAM(ARGS("c_memory", 1), code);
}

static int atomics(int globals)
{
	static const int ops[] = { 0x00, 0x40, 0x50, 0xa0, 0x01, 0x41, 0x51, 0xa1, 0xe1, 0xf1 };
	struct bpf_insn code[64];
	unsigned n = 0, i;

	code[n++] = I(0x18, 6, BPF_PSEUDO_MAP_VALUE, 0, globals);
	code[n++] = I(0, 0, 0, 0, 0);
	for (i = 0; i < COUNT(ops); i++) {
		code[n++] = I(0xb7, 0, 0, 0, 1);
		code[n++] = I(0xb7, 2, 0, 0, i);
		code[n++] = I(0xdb, 6, 2, 8, ops[i]);
		code[n++] = I(0xb7, 2, 0, 0, i);
		code[n++] = I(0xc3, 6, 2, 16, ops[i]);
	}
	code[n++] = I(0xb7, 0, 0, 0, 0);
	code[n++] = EXIT;
	return program((struct load){ "c_atomics", 1 }, code, n);
}

static int calls(int progs, int hash, int btf)
{
	struct bpf_insn code[] = {
		I(0xbf, 6, 1, 0, 0), I(0x7a, 10, 0, -8, 7), I(0xbf, 2, 10, 0, 0), I(0x07, 2, 0, 0, -8),
		WIDE(1, BPF_PSEUDO_MAP_FD, hash, 0), CALL(BPF_FUNC_map_lookup_elem), CALL(BPF_FUNC_ktime_get_ns),
		I(0xbf, 1, 6, 0, 0), WIDE(2, BPF_PSEUDO_MAP_FD, progs, 0), I(0xb7, 3, 0, 0, 1), CALL(BPF_FUNC_tail_call),
		RETURN(0),
	};
	struct bpf_insn own[] = {
		I(0xb7, 1, 0, 0, 5), I(0x85, 0, 1, 0, 3), I(0xbf, 1, 0, 0, 0), I(0x85, 0, 1, 0, 4), EXIT,
		I(0xbf, 0, 1, 0, 0), I(0x07, 0, 0, 0, 1), EXIT,
		I(0xbf, 0, 1, 0, 0), I(0x27, 0, 0, 0, 2), EXIT,
	};

	PROGRAM(ARGS("c_own_functions", 1), own);
	return PROGRAM(ARGS("lab_function_wi", 1, 0, btf, FUNCTION), code);
}

/* ---- what they are attached to ------------------------------------------ */

static int link_to(const char *what, int prog, int target, int attach, int flags)
{
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.link_create.prog_fd = prog;
	a.link_create.target_fd = target;
	a.link_create.attach_type = attach;
	a.link_create.flags = flags;
	return say(what, bpf(BPF_LINK_CREATE, &a));
}

static void attach(int prog, const char *group, int type, int flags)
{
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.target_fd = open(group, O_RDONLY | O_DIRECTORY);
	a.attach_bpf_fd = prog;
	a.attach_type = type;
	a.attach_flags = flags;
	say(group, bpf(BPF_PROG_ATTACH, &a));
	close(a.target_fd);
}

static void groups(void)
{
	int storage = map((struct kind){ "p_storage", 19, 16, 8, 0, 0 });
	struct bpf_insn pass[] = { RETURN(1) };
	struct bpf_insn store[] = {
		WIDE(1, BPF_PSEUDO_MAP_FD, storage, 0), I(0xb7, 2, 0, 0, 0), CALL(BPF_FUNC_get_local_storage),
		I(0xb7, 1, 0, 0, 7), I(0x7b, 0, 1, 0, 0), RETURN(1),
	};
	int egress = PROGRAM(ARGS("g_egress", 8, BPF_CGROUP_INET_EGRESS), store);
	int egress2 = PROGRAM(ARGS("g_egress2", 8, BPF_CGROUP_INET_EGRESS), pass);
	int device = PROGRAM(ARGS("g_device", 15, BPF_CGROUP_DEVICE), pass);
	int sock = PROGRAM(ARGS("g_sock", 9, BPF_CGROUP_INET_SOCK_CREATE), pass);

	mkdir("/sys/fs/cgroup/labbpf", 0755);
	mkdir("/sys/fs/cgroup/labbpf/inner", 0755);
	attach(egress, "/sys/fs/cgroup/labbpf", BPF_CGROUP_INET_EGRESS, BPF_F_ALLOW_MULTI);
	attach(egress2, "/sys/fs/cgroup/labbpf/inner", BPF_CGROUP_INET_EGRESS, BPF_F_ALLOW_MULTI);
	attach(egress2, "/sys/fs/cgroup/labbpf", BPF_CGROUP_INET_EGRESS, BPF_F_ALLOW_MULTI);
	attach(device, "/sys/fs/cgroup/labbpf/inner", BPF_CGROUP_DEVICE, BPF_F_ALLOW_OVERRIDE);
	attach(sock, "/sys/fs/cgroup/labbpf/inner", BPF_CGROUP_INET_SOCK_CREATE, 0);
}

static void links(void)
{
	struct bpf_insn none[] = { RETURN(0) }, pass[] = { RETURN(1) }, xdp[] = { RETURN(2) };
	int fd = PROGRAM(ARGS("l_rawtp", 17), none);
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.raw_tracepoint.name = (uintptr_t)"sched_process_exit";
	a.raw_tracepoint.prog_fd = fd;
	say("raw tracepoint", bpf(BPF_RAW_TRACEPOINT_OPEN, &a));
	fd = PROGRAM(ARGS("l_xdp", 6, BPF_XDP), xdp);
	fd = link_to("xdp", fd, if_nametoindex("dummy0"), BPF_XDP, 1 << 1);
	if (fd >= 0)
		pin(fd, "/sys/fs/bpf/labbpf/deeper/xdp");
	fd = PROGRAM(ARGS("l_lookup", 30, BPF_SK_LOOKUP), pass);
	link_to("netns", fd, open("/proc/self/ns/net", O_RDONLY), BPF_SK_LOOKUP, 0);
	fd = PROGRAM(ARGS("l_tcx", 3, 0), none);
	link_to("tcx", fd, if_nametoindex("dummy0"), 46 /* BPF_TCX_INGRESS */, 0);
}

/* To functions of the kernel: one by its BTF, two at once, and what lists maps. */
static void function_links(void)
{
	static const char *both[] = { "do_init_module", "kernel_kexec" };
	struct bpf_insn none[] = { RETURN(0) };
	int fd = PROGRAM(ARGS("l_fentry", 26, BPF_TRACE_FENTRY, 0, 0, kernel_function("do_init_module")), none);
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.raw_tracepoint.prog_fd = fd;
	say("fentry", bpf(BPF_RAW_TRACEPOINT_OPEN, &a));
	fd = PROGRAM(ARGS("l_iter", 26, BPF_TRACE_ITER, 0, 0, kernel_function("bpf_iter_bpf_map")), none);
	link_to("iter", fd, 0, BPF_TRACE_ITER, 0);
	fd = PROGRAM(ARGS("l_kprobes", 2, BPF_TRACE_KPROBE_MULTI), none);
	memset(&a, 0, sizeof(a));
	a.link_create.prog_fd = fd;
	a.link_create.attach_type = BPF_TRACE_KPROBE_MULTI;
	a.link_create.kprobe_multi.cnt = COUNT(both);
	a.link_create.kprobe_multi.syms = (uintptr_t)both;
	say("kprobe.multi", bpf(BPF_LINK_CREATE, &a));
}

/* Five packets through a filter, counted while the kernel counts. */
static void run(int prog)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(7777), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int in = socket(AF_INET, SOCK_DGRAM, 0), out = socket(AF_INET, SOCK_DGRAM, 0), i;

	say("bind", bind(in, (struct sockaddr *)&to, sizeof(to)));
	say("filter", setsockopt(in, SOL_SOCKET, SO_ATTACH_BPF, &prog, sizeof(prog)));
	write_text("/proc/sys/kernel/bpf_stats_enabled", "1");
	for (i = 0; i < 5; i++)
		say("send", sendto(out, "packet", 6, 0, (struct sockaddr *)&to, sizeof(to)));
	write_text("/proc/sys/kernel/bpf_stats_enabled", "0");
	close(out);
}

int main(void)
{
	uint8_t globals_value[64];
	uint32_t key = 0, i;
	int btf = load_btf(), globals, progs, prog, hash;

	mkdir("/sys/fs/bpf/labbpf", 0755);
	mkdir("/sys/fs/bpf/labbpf/deeper", 0755);
	typed_maps(btf);
	plain_maps();
	globals = map((struct kind){ "p_globals", 2, 4, 64, 1, 1 << 10 /* BPF_F_MMAPABLE */ });
	for (i = 0; i < sizeof(globals_value); i++)
		globals_value[i] = i;
	put(globals, &key, globals_value);
	progs = map((struct kind){ "p_progs", 3, 4, 4, 4, 0 });
	hash = map((struct kind){ "p_empty", 1, 8, 8, 8, 0 });
	prog = arithmetic();
	key = 1;
	if (prog >= 0)
		put(progs, &key, &prog);
	version4();
	jumps();
	memory(globals);
	atomics(globals);
	prog = calls(progs, hash, btf);
	if (prog >= 0)
		pin(prog, "/sys/fs/bpf/labbpf/deeper/calls");
	groups();
	links();
	function_links();
	if (prog >= 0)
		run(prog);
	write_text("/run/lab/bpf-ready", "yes\n");
	pause();
	return 0;
}
