#pragma once
// Declares the part of Ruby's C interface that the addon uses: functions that <ruby.h> has declared
// with these signatures in all versions.
//
// Declared here, so that building needs no Ruby and the addon fits each.

extern "C" {

using VALUE = unsigned long;

extern VALUE rb_eRuntimeError;

VALUE rb_define_module(const char* name);
void rb_define_singleton_method(VALUE object, const char* name, VALUE (*function)(...), int arity);
VALUE rb_str_new(const char* bytes, long size);
VALUE rb_utf8_str_new(const char* bytes, long size);
VALUE rb_ary_new();
VALUE rb_ary_push(VALUE array, VALUE item);
[[noreturn]] void rb_raise(VALUE error, const char* format, ...);

}  // extern "C"
