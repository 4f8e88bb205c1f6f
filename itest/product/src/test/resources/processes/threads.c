/*
 * A process to be looked at while it runs: threads that wait in different ways, and one that counts in a file, which
 * tells whether it goes on. ProcessIT has its own process of it for each test.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))

enum state { IDLE, BUSY = 7 };
struct node {
	struct node *next;
	int value;
	char name[16];
};
static struct node second = {NULL, -2, "second"};
struct node first = {&second, 1, "first"};
enum state state = BUSY;
int global_number = 42;
__thread long of_thread = 3;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static sem_t ready;
static volatile unsigned long *counter;

static NOINLINE int wait_deep(int depth, const struct node *node)
{
	char text[40];
	int result;

	snprintf(text, sizeof(text), "at depth %d", depth);
	if (depth > 0) {
		result = wait_deep(depth - 1, node->next ? node->next : node) + text[0];
	} else {
		pthread_mutex_lock(&lock);
		sem_post(&ready);
		pthread_cond_wait(&never, &lock);
		pthread_mutex_unlock(&lock);
		result = text[1];
	}
	return result + node->value;
}

static void *waiter(void *argument)
{
	pthread_setname_np(pthread_self(), "waiter");
	return (void *)(long)wait_deep((int)(long)argument, &first);
}

static NOINLINE void count_once(volatile unsigned long *place)
{
	++*place;
}

static void *spinner(void *argument)
{
	(void)argument;
	pthread_setname_np(pthread_self(), "spinner");
	sem_post(&ready);
	for (;;)
		count_once(counter);
	return NULL;
}

static void *sleeper(void *argument)
{
	(void)argument;
	pthread_setname_np(pthread_self(), "sleeper");
	sem_post(&ready);
	for (;;)
		sleep(1000);
	return NULL;
}

int main(int argc, char **argv)
{
	int file = open(argv[1], O_RDWR | O_CREAT, 0600);
	int waiters = argc > 2 ? atoi(argv[2]) : 2;
	pthread_t thread;

	if (file < 0 || ftruncate(file, 4096) != 0)
		return 1;
	counter = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (counter == MAP_FAILED || sem_init(&ready, 0, 0) != 0)
		return 1;
	for (int index = 0; index < waiters; index++)
		pthread_create(&thread, NULL, waiter, (void *)(long)(3 + index % 20));
	pthread_create(&thread, NULL, spinner, NULL);
	pthread_create(&thread, NULL, sleeper, NULL);
	for (int index = 0; index < waiters + 2; index++)
		sem_wait(&ready);
	puts("ready");
	fflush(stdout);
	/* The test closes this pipe at its end. */
	return getchar() == EOF ? 0 : global_number;
}
