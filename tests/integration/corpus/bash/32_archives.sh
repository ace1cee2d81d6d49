mkdir in; echo one >in/1; echo two >in/2
tar czf all.tgz in; rm -r in; tar xzf all.tgz; cat in/1 in/2
gzip -k in/1; zcat in/1.gz; ls in
