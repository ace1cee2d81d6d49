grep -q x <<<abc; echo $?
grep -q b <<<abc; echo $?
(exit 300); echo $?
true && false || echo or
