import csv, io, configparser, tomllib
r = list(csv.DictReader(io.StringIO('a,b\n1,"x, ""y"""\n2,"l\n2"\n'))); print(r)
o = io.StringIO(); w = csv.writer(o, quoting=csv.QUOTE_NONNUMERIC); w.writerow([1, "a;b", None]); print(repr(o.getvalue()))
print(csv.Sniffer().sniff("a;b\n1;2\n").delimiter)
c = configparser.ConfigParser(); c.read_string("[a]\nx = 1\ny = %(x)s2\n"); print(c.getint("a", "y"), c.sections())
print(tomllib.loads("[t]\na = [1, 2.5]\nd = 2020-01-01\n"))
