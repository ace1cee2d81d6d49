File.write("helper.rb", "module Helper; VALUE ||= 42; def self.where = __FILE__; end\n")
require_relative "helper"
p Helper::VALUE, Helper.where, require("./helper"), (load "helper.rb")
$LOAD_PATH.unshift("."); autoload(:Late, "late"); File.write("late.rb", "Late = :loaded\n"); p Late
begin; require "no_such_lib"; rescue LoadError => e; puts e.message; end
