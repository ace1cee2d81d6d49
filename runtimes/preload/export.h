#pragma once
// For what programs find in place of the C library's own; all else stays inside (-fvisibility).

#define EXPORT __attribute__((visibility("default")))
