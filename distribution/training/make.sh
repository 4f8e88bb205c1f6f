#!/usr/bin/env bash
# make.sh: compiles debug.elf, kernel.elf and pvpanic.ko, see README.md.
#
#   ./make.sh [BUILD-ID [BUILD-ID]]     of the demo dump's kernel, and of its module pvpanic:
#                                       40 hexadecimal digits each
set -euo pipefail
cd "$(dirname "$0")"
id=${1:-3b43fad5034874490492495d552c0af6a5fab235}
module_id=${2:-cca5c421b59700a57b40184af427c8117b86a45b}
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
cat >"$work/shared.h" <<'H'
typedef unsigned char u8;
typedef unsigned long long u64;
typedef _Bool bool;
struct list_head { struct list_head *next, *prev; };
enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_MAX };
enum { ANONYMOUS_ONE = 1, ANONYMOUS_NEGATIVE = -2 };
struct incomplete;
union thing { long number; void *pointer; char bytes[16]; };
struct task_struct {
	unsigned int state;
	const char *volatile name;
	struct list_head tasks;
	struct { unsigned int one : 1, two : 5; int : 0; long rest : 40; };
	int (*call[3])(struct task_struct *restrict, enum pid_type, ...);
	const struct incomplete *const other;
	union thing thing;
	u8 table[2][4];
	double ratio;
	bool flag;
	u64 flexible[];
};
extern struct task_struct init_task;
static inline int helper(struct task_struct *task) { return task->state + 1; }
int global_function(struct task_struct *task, int more);
H
for n in $(seq 24); do
	cat >"$work/unit$n.c" <<C
#include "shared.h"
struct only_$n { struct list_head list; u64 value[$n]; };
static struct only_$n variable_$n;
static const int constant_$n = $n;
static int static_function(struct task_struct *task) { return helper(task) + constant_$n; }
int function_$n(struct task_struct *task) { return static_function(task) + (int)variable_$n.value[0]; }
C
done
cat >"$work/main.c" <<'C'
#include "shared.h"
struct task_struct init_task = { .state = 1 };
int global_function(struct task_struct *task, int more) { return helper(task) + more; }
void _start(void) { global_function(&init_task, 2); }
C
cd "$work"
gcc -g -gdwarf-5 -O2 -ffreestanding -fno-pie -no-pie -nostdlib -static -ffile-prefix-map="$work"=. \
	-Wl,--build-id -o debug.elf main.c unit*.c
cp debug.elf "$OLDPWD/debug.elf"
cat >kernel.c <<'C'
#include "shared.h"
struct task_struct init_task = { .state = 1 };
__attribute__((section(".init.text"))) int start_kernel(void) { return helper(&init_task); }
void _start(void) { start_kernel(); }
C
gcc -g -gdwarf-5 -O2 -ffreestanding -fno-pie -no-pie -nostdlib -static -ffile-prefix-map="$work"=. \
	-Wl,--build-id="0x$id" -o kernel.elf kernel.c unit1.c unit2.c unit3.c unit4.c
cp kernel.elf "$OLDPWD/kernel.elf"
cat >module.c <<'C'
#include "shared.h"
struct of_module { struct list_head list; struct task_struct *task; int grid[2][3]; };
static struct of_module variable_of_module;
__attribute__((section(".init.text"))) int init_module(void) { return helper(variable_of_module.task); }
C
for unit in module unit5 unit6; do
	gcc -c -g -gdwarf-5 -O2 -ffreestanding -mcmodel=kernel -fno-pie -ffile-prefix-map="$work"=. $unit.c
done
ld -r --build-id="0x$module_id" -o pvpanic.ko module.o unit5.o unit6.o
cp pvpanic.ko "$OLDPWD/pvpanic.ko"
