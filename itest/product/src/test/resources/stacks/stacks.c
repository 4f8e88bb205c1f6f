/*
 * Stacks of each kind: a thread for each waits in it, then the first one crashes in the way that the argument names.
 * GdbStacksIT compares what gdb and wyrm read of them in a core dump.
 */
#define _GNU_SOURCE
#include <alloca.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))
#define INLINE static inline __attribute__((always_inline))

enum colour { RED = 1, GREEN, BLUE = -7 };
struct bits {
	unsigned int low : 3;
	int high : 9;
	unsigned long wide : 40;
	enum colour colour : 8;
};
struct pair {
	long first;
	long second;
};
struct point {
	double x;
	double y;
};
union number {
	int i;
	float f;
	unsigned char bytes[8];
};
struct mixed {
	char text[12];
	struct bits bits;
	struct {
		union number number;
		short rest;
	};
	struct pair *pairs[2];
	int (*call)(int);
};

static atomic_int waiting;
static volatile long sink;
static struct pair pairs[2] = {{1, 2}, {3, -4}};

static NOINLINE void wait_here(void)
{
	atomic_fetch_add(&waiting, 1);
	for (;;)
		pause();
}

static NOINLINE int twice(int value)
{
	static int calls = 5;
	calls += value;
	return 2 * calls;
}

NOINLINE long recursion(int depth, struct pair *pair)
{
	long local = depth * 3 + pair->first;
	if (depth == 0)
		wait_here();
	long result = recursion(depth - 1, pair) + local;
	sink = result;
	return result;
}

NOINLINE long allocated(int size)
{
	char *text = alloca(size);
	long row[size / 4];
	memset(text, 'a', size);
	text[size - 1] = 0;
	for (int index = 0; index < size / 4; index++)
		row[index] = index * index;
	wait_here();
	sink = text[0] + row[1];
	return row[2] + size;
}

NOINLINE long variadic(const char *format, ...)
{
	va_list list;
	va_start(list, format);
	int number = va_arg(list, int);
	double real = va_arg(list, double);
	wait_here();
	sink = number + (long) real + format[0];
	va_end(list);
	return number;
}

NOINLINE double wide(float f, double d, long double l, __int128 w, struct pair pair, struct point point,
		     struct mixed mixed, unsigned char c)
{
	double sum = f + d + (double) l;
	wait_here();
	sink = (long) w + pair.second + mixed.bits.low + c;
	return sum + point.x;
}

INLINE int innermost(int value, struct mixed *mixed)
{
	int inner = value + twice(value);
	mixed->bits.high = inner;
	{
		int value = inner * 2;
		sink = value;
		wait_here();
	}
	return inner + mixed->rest;
}

INLINE int middle(int value, struct mixed *mixed)
{
	struct pair local = {value, value + 1};
	int result = innermost(value * 2, mixed);
	return result + (int) (local.first * local.second);
}

NOINLINE int inlined(int value)
{
	struct mixed mixed = {.text = "hello", .bits = {5, -100, 1ul << 39, BLUE}, .rest = -9, .call = twice};
	mixed.number.f = 1.5f;
	mixed.pairs[1] = &pairs[1];
	int result = middle(value + 1, &mixed);
	sink = mixed.bits.wide;
	return result + middle(value, &mixed);
}

/* Compilers do not see that it never returns: so calls of it may be jumps. */
static NOINLINE void wait_long(void)
{
	if (atomic_load(&waiting) >= 0)
		wait_here();
}

static NOINLINE int last_of_tail(int value, int other)
{
	int local = value * other;
	wait_long();
	return local + value;
}

static NOINLINE int tail(int value)
{
	sink = value;
	return last_of_tail(value + 1, value);
}

NOINLINE int first_of_tail(int value)
{
	sink = value + 1;
	return tail(value * 3);
}

static NOINLINE int one_way(int value)
{
	sink = value + 2;
	return last_of_tail(value, 2);
}

static NOINLINE int other_way(int value)
{
	sink = value + 3;
	return last_of_tail(value, 3);
}

static NOINLINE int either_way(int value)
{
	sink = value;
	if (value > 5)
		return one_way(value - 1);
	return other_way(value + 1);
}

NOINLINE int several_ways(int value)
{
	sink = value + 1;
	return either_way(value * 2);
}

static NOINLINE int in_circles(int value)
{
	sink = value;
	if (value > 100)
		return tail(value);
	return last_of_tail(value, value);
}

NOINLINE int waits_at_the_end(int value)
{
	sink = value;
	return in_circles(value + 1) - value;
}

NOINLINE void jumps_to_wait(int value)
{
	sink = value;
	wait_long();
}

static NOINLINE long scaled(long value, int factor)
{
	long product = value * factor;
	sink = product;
	wait_here();
	return product + factor;
}

NOINLINE long pieces(long seed)
{
	struct pair pair = {seed, seed * 2};
	struct bits bits = {seed, seed, seed, GREEN};
	sink = pair.first;
	pair.second += twice(seed);
	long result = scaled(pair.second, 7);
	return result + pair.first + bits.low;
}

static NOINLINE int by_pointer(int value)
{
	wait_here();
	return value + 1;
}

static int (*volatile operation)(int) = by_pointer;

NOINLINE int calls_by_pointer(int value)
{
	int before = value;
	return operation(value + 1) + before;
}

static void handler(int signal, siginfo_t *info, void *context)
{
	int local = signal + 1;
	sink = info->si_signo + (context != NULL);
	wait_here();
	sink = local;
}

NOINLINE int interrupted(int number)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
	sigaction(number, &action, NULL);
	int local = number * 2;
	raise(number);
	return local;
}

NOINLINE int faulting(int value)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
	sigaction(SIGILL, &action, NULL);
	int local = value * 5;
	if (value)
		__builtin_trap();
	return local;
}

static void *start(void *argument)
{
	long kind = (long) argument;
	struct mixed mixed = {.text = "wide", .bits = {1, 2, 3, RED}};
	struct pair pair = {10, 20};
	struct point point = {0.5, -0.25};
	switch (kind) {
	case 0: sink = recursion(5, &pairs[1]); break;
	case 1: sink = allocated(40); break;
	case 2: sink = variadic("%d %f", 42, 2.75); break;
	case 3: sink = (long) wide(1.25f, -2.5, 3.125L, -5, pair, point, mixed, 200); break;
	case 4: sink = inlined(3); break;
	case 5: sink = first_of_tail(4); break;
	case 6: sink = pieces(11); break;
	case 7: sink = calls_by_pointer(8); break;
	case 8: sink = interrupted(SIGUSR1); break;
	case 9: sink = faulting(1); break;
	case 10: sink = several_ways(6); break;
	case 11: sink = waits_at_the_end(7); break;
	case 12: jumps_to_wait(8); break;
	}
	return NULL;
}

#define KINDS 13

NOINLINE int to_nothing(int value)
{
	int (*volatile nothing)(int) = NULL;
	int local = value + 1;
	return nothing(value) + local;
}

NOINLINE int smashed(int value)
{
	volatile long row[4] = {value};
	for (volatile int index = 0; index < 64; index++)
		row[index] = 0x4141414141414141;
	return row[1];
}

NOINLINE double real(double d, float f)
{
	double sum = d * f;
	*(volatile double *) 8 = sum;
	return sum + d - f;
}

NOINLINE int aborted(int value)
{
	int local = value * 2;
	if (local)
		abort();
	return local;
}

int main(int argc, char **argv)
{
	const char *way = argc > 1 ? argv[1] : "abort";
	pthread_attr_t small;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 64 << 10);
	for (long kind = 0; kind < KINDS; kind++) {
		pthread_t thread;
		pthread_create(&thread, &small, start, (void *) kind);
	}
	while (atomic_load(&waiting) < KINDS)
		usleep(1000);
	usleep(20000);
	int result = 0;
	if (strcmp(way, "nothing") == 0)
		result = to_nothing(argc);
	else if (strcmp(way, "real") == 0)
		result = (int) real(argc * 1.5, argc * 0.25f);
	else if (strcmp(way, "smash") == 0)
		result = smashed(argc);
	else
		result = aborted(argc);
	return result;
}
