declare -A config
while IFS='= ' read -r key value; do [[ $key ]] && config[$key]=$value; done <<'TEXT'
host = example
port = 80
TEXT
printf '{"host":"%s","port":%d}\n' "${config[host]}" "${config[port]}"
