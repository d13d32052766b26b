// Moves the wall clock of the processes that preload it by the seconds in SHIFT_FILE (eight bytes, signed), which may change
// while they run. Clocks that count from the machine's start stay as they are, as they do when somebody sets the time.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t none;
static volatile int64_t *shift = &none;

__attribute__((constructor)) static void open_shift(void) {
  int fd = open(SHIFT_FILE, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  void *map = mmap(0, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
  close(fd);
  if (map != MAP_FAILED) shift = map;
}

int clock_gettime(clockid_t id, struct timespec *now) {
  int result = syscall(SYS_clock_gettime, id, now);
  if (result == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) now->tv_sec += *shift;
  return result;
}

int gettimeofday(struct timeval *now, void *zone) {
  int result = syscall(SYS_gettimeofday, now, zone);
  if (result == 0 && now) now->tv_sec += *shift;
  return result;
}

time_t time(time_t *at) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (at) *at = now.tv_sec;
  return now.tv_sec;
}

// The kernel knows nothing of the shift: a wait that ends at a time of the wall clock is told that of the machine's. With
// SET_BACK_IN_WAITS it is not, which for a clock ahead is as if somebody set it right while each wait lasts.
#ifndef SET_BACK_IN_WAITS
static const time_t no_uptime = 1000000000;

int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until) {
  static int (*wait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
  if (!wait) wait = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
  if (!wait) wait = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
  struct timespec end = *until;
  if (end.tv_sec > no_uptime) end.tv_sec -= *shift;
  return wait(cond, mutex, &end);
}
#endif
