require "fileutils"; require "tempfile"; require "pathname"; require "tmpdir"
FileUtils.mkdir_p("a/b/c"); FileUtils.touch("a/b/x"); FileUtils.cp_r("a", "z")
p Pathname.new("z").find.map(&:to_s).sort
Tempfile.create("t") { |f| f.write("hi"); f.rewind; p f.read }
Dir.mktmpdir { |d| p File.directory?(d) }
FileUtils.rm_rf("a"); p Dir.exist?("a"), Pathname("a/../b").cleanpath.to_s
