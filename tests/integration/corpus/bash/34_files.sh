umask 027; touch f; stat -c '%a %s %U' f 2>/dev/null | cut -d' ' -f1,2
chmod 640 f; ln -s f link; readlink link; ln f hard; stat -c %h f
mv f g; cp g h; ls -1; truncate -s 1000 h; stat -c %s h
mkdir -p x/y; rmdir x/y; [[ -d x/y ]] || echo removed
