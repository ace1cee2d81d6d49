#!/usr/bin/perl
# compile.pl SOURCE ARTIFACT: a jar of a job's Java sources, with the class that has main() as its
# main class. No name is prescribed: the file is called what its public class is called.
use strict;
use warnings;

my ($source, $artifact) = @ARGV;
my $classes = "$ENV{TMPDIR}/classes";

sub contentOf {
  my ($path) = @_;
  open(my $file, '<:raw', $path) or die "$path: $!\n";
  local $/;
  return <$file> // '';
}

# All files below a folder that end so; links are left alone.
sub filesBelow {
  my ($folder, $ending) = @_;
  opendir(my $entries, $folder) or return ();
  my @found;
  for my $name (sort grep { !/^\.\.?$/ } readdir $entries) {
    my $path = "$folder/$name";
    next if -l $path;
    push @found, -d _ ? filesBelow($path, $ending) : $name =~ /\Q$ending\E$/ ? $path : ();
  }
  return @found;
}

# Without comments and literals, in which anything may stand.
sub withoutText {
  my ($text) = @_;
  $text =~ s{/\*.*?\*/|//[^\n]*|"""(?:\\.|.)*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'}{ }gs;
  return $text;
}

# The classes of a source in its order, outermost ones only, as [name, is public].
sub topClasses {
  my ($text) = @_;
  my ($depth, @found) = (0);
  my $words = qr/(?:\b(?:public|abstract|final|sealed|strictfp)\s+|\bnon-sealed\s+)*/;
  while ($text =~ /([{}])|($words)\b(?:class|interface|enum|record)\s+([\w\$]+)/g) {
    my ($brace, $modifiers, $name) = ($1, $2, $3);
    if (defined $brace) { $depth += $brace eq '{' ? 1 : -1 }
    elsif ($depth == 0) { push @found, [$name, scalar $modifiers =~ /\bpublic\b/] }
  }
  return @found;
}

# Whether a class file has public static void main(String[]): The Java Virtual Machine
# Specification, chapter 4.
sub hasMain {
  my ($bytes) = @_;
  my ($at, @texts) = (10);
  my $next = sub {
    my ($format, $size) = @_;
    $at += $size;
    return unpack($format, substr($bytes, $at - $size, $size));
  };
  my $count = unpack('n', substr($bytes, 8, 2));
  my %sizes = (3 => 4, 4 => 4, 5 => 8, 6 => 8, 7 => 2, 8 => 2, 9 => 4, 10 => 4, 11 => 4, 12 => 4,
    15 => 3, 16 => 2, 17 => 4, 18 => 4, 19 => 2, 20 => 2);
  for (my $i = 1; $i < $count; ++$i) {
    my $tag = $next->('C', 1);
    if ($tag == 1) {
      my $length = $next->('n', 2);
      $texts[$i] = substr($bytes, $at, $length);
      $at += $length;
    } else {
      $at += $sizes{$tag} // return 0;
      ++$i if $tag == 5 || $tag == 6;
    }
  }
  $at += 6;
  $at += 2 * $next->('n', 2);
  my $skipAttributes = sub { $at += $next->('x2N', 6) for 1 .. $next->('n', 2) };
  for (1 .. $next->('n', 2)) { $at += 6; $skipAttributes->() }
  for (1 .. $next->('n', 2)) {
    my ($access, $name, $type) = $next->('nnn', 6);
    return 1 if ($access & 9) == 9 && $texts[$name] eq 'main' &&
      $texts[$type] eq '([Ljava/lang/String;)V';
    $skipAttributes->();
  }
  return 0;
}

my $text = withoutText(contentOf($source));
my @top = topClasses($text);
my ($public) = map { $$_[0] } grep { $$_[1] } @top;
if (defined $public) {
  (my $named = $source) =~ s{[^/]+$}{$public.java};
  if ($named ne $source) {
    die "both the program and a file of the job are $public.java\n" if -e $named;
    rename($source, $named) or die "$named: $!\n";
    $source = $named;
  }
}

(my $first = $source) =~ s{^.*/}{./};
my @sources = ($first, grep { $_ ne $first } filesBelow('.', '.java'));
system('/usr/bin/javac', '-d', $classes, @sources) == 0 or exit($? >> 8 || 1);

# The program's own classes first, in their order; Main before all, as it always was.
my ($package) = $text =~ /^\s*package\s+([\w.\s]+?)\s*;/m;
my $prefix = defined $package ? ($package =~ s/\s+//gr) . '.' : '';
my %mains = map { my $name = substr($_, length($classes) + 1, -6) =~ tr{/}{.}r; ($name => 1) }
  grep { hasMain(contentOf($_)) } filesBelow($classes, '.class');
my @wanted = grep { $mains{$_} } 'Main', map { $prefix . $$_[0] } @top;
my $main = @wanted ? $wanted[0] : (sort keys %mains)[0];
if (!defined $main) {
  print STDERR "error: no class has a method public static void main(String[])\n";
  exit 1;
}
exec '/usr/bin/jar', '--create', '--file', $artifact, '--main-class', $main, '-C', $classes, '.';
