printf '%05d|%-6s|%6s|%x|%o|%.3f\n' 42 ab cd 255 8 3.14159
printf '%s-%s\n' a b c d
printf '%q\n' "it's \$5"
printf -v stored '%03d' 7; echo "$stored"
printf '%b\n' 'tab\there'
