# frozen_string_literal: true

# A parked Ruby runs this before it has a job: `ruby -r park.rb $PWD/main.rb`. It makes ready what
# every program uses, says so, blocks until its job comes, and leaves nothing of itself to be seen.
# Ruby, which has opened the program's file already, then reads and runs it as it does always.

require "#{__dir__}/brood_ruby.so"

# Exists only until the job does.
module BroodRuby
  WORKSPACE = Dir.pwd
  MAIN = "#{WORKSPACE}/main.rb"
  # Variables that are read when Ruby starts, or by the libraries that it starts with.
  READ_AT_START = /\A(?:(?:RUBY|GEM|BUNDLE|LD_|LC_|XDG_|MALLOC_|GLIBC_)|
                      (?:LANG|LANGUAGE|HOME|DEBUG|SHELL)\z)/x

  # Goes once through what most programs go through. Nothing is loaded that a program would have to
  # require: it is to fail where it fails elsewhere.
  def self.rehearse
    Gem::Specification.stubs if defined?(Gem)
    begin
      raise ArgumentError, "rehearsed"
    rescue ArgumentError => e
      e.full_message(highlight: false)
      e.backtrace
    end
    format("%05.2f %s %p", 1.5, "text", { a: [1, nil], "b" => 2.5 })
    [3, 1, 2].sort_by { |n| -n }.each_slice(2).map(&:sum).to_h { |n| [n.to_s, n] }.inspect
    "žluť a b".scan(/\w+/).first.upcase.to_sym
    Struct.new(:a, :b).new(1, 2).to_a
    Thread.new { Time.now.strftime("%F %T") }.join
    STDOUT.write("")
    STDERR.write("")
    GC.start
  end

  # The program's file, as Ruby has opened it; nil in a Ruby that reads it some other way.
  def self.opened_program
    ObjectSpace.each_object(File).find { |file| !file.closed? && file.path == MAIN }
  end

  # Options of the program's first line and some variables take effect only when Ruby starts.
  def self.needs_new_start?(source, variables)
    return true if source.start_with?("#!")

    variables.any? { |name, value| name.match?(READ_AT_START) && ENV[name] != value }
  end

  # This file is noted as loaded once it has ended, which is where the `require` of -r returns.
  def self.forget
    own = "#{__dir__}/"
    returned = TracePoint.new(:return) do |event|
      next unless event.method_id == :require

      returned.disable
      $LOADED_FEATURES.reject! { |path| path.start_with?(own) }
    end
    Object.send(:remove_const, :BroodRuby)
    returned.enable
  end

  def self.park
    program = opened_program
    rehearse
    source, path, args, variables = take_job
    exit!(0) if source.nil?
    Dir.chdir(WORKSPACE)
    ENV["PWD"] = WORKSPACE
    new_start = program.nil? || needs_new_start?(source, variables)
    variables.each { |name, value| ENV[name] = value }
    File.binwrite(path, source)
    exec("/usr/bin/ruby", path, *args) if new_start
    program.seek(0)
    ARGV.replace(args)
    forget
  end
end

BroodRuby.park
