// Clang's thread-safety attributes under short names; empty for every other compiler.
//
// They turn "this field is protected by that mutex" from a comment into a compile error:
// ./tests/run.sh runs clang's -Wthread-safety over every source file.
#ifndef QUARTET_CORE_THREAD_ANNOTATIONS_H_
#define QUARTET_CORE_THREAD_ANNOTATIONS_H_

#if defined(__clang__)
#define QUARTET_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define QUARTET_THREAD_ATTRIBUTE(x)
#endif

#define QUARTET_CAPABILITY(name) QUARTET_THREAD_ATTRIBUTE(capability(name))
#define QUARTET_SCOPED_CAPABILITY QUARTET_THREAD_ATTRIBUTE(scoped_lockable)
#define QUARTET_GUARDED_BY(mutex) QUARTET_THREAD_ATTRIBUTE(guarded_by(mutex))
#define QUARTET_REQUIRES(...) QUARTET_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define QUARTET_EXCLUDES(...) QUARTET_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
#define QUARTET_ACQUIRE(...) QUARTET_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define QUARTET_RELEASE(...) QUARTET_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
#define QUARTET_NO_THREAD_SAFETY_ANALYSIS QUARTET_THREAD_ATTRIBUTE(no_thread_safety_analysis)

#endif  // QUARTET_CORE_THREAD_ANNOTATIONS_H_
