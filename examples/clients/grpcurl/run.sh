#!/usr/bin/env bash
# Deploys ../tally.ts, runs it and follows the run to its end, by `grpcurl`. No .proto file is needed: the server describes
# itself (reflection).
#
#     ./run.sh [127.0.0.1:4200]
set -euo pipefail
cd "$(dirname "$0")"
server=${1:-127.0.0.1:4200}

call() { "${GRPCURL:-grpcurl}" -plaintext -d @ "$server" "millrace.v1.$1"; }
first() { awk -F '"' -v key="$1" '$2 == key && !seen++ { print $4 }'; }

# The code is a document: the files by their paths, and which of them is to be imported. (The flow's source has neither
# a quote nor a backslash in it, so that its lines need only be joined to be a JSON string.)
source=$(awk '{ printf "%s\\n", $0 }' ../tally.ts)
document="{\"entry\":\"tally.ts\",\"files\":{\"tally.ts\":\"$source\"}}"
sha256=$(printf %s "$document" | openssl dgst -sha256 -r | cut -d ' ' -f 1)

# A stream of requests is one JSON after the other.
call StorageService/PutDocument <<JSON
{"header": {"sha256": "$sha256", "size": ${#document}}}
{"chunk": "$(printf %s "$document" | base64 | tr -d '\n')"}
JSON

manifest="{\"type\":\"database\",\"flow_name\":\"tally\",\"serializer\":\"source\",\"document\":\"$sha256\"}"
deployment=$(call DeploymentService/CreateDeployment <<JSON | first id
{
  "flowName": "tally",
  "name": "from grpcurl",
  "flowData": {"encoding": "package-manifest", "blob": "$(printf %s "$manifest" | base64 | tr -d '\n')"}
}
JSON
)
echo "deployment $deployment"

run=$(call DeploymentService/CreateFlowRun <<JSON | first id
{"id": "$deployment", "parameters": {"words": ["grpc", "url", "grpc"]}}
JSON
)
echo "run $run"

# The stream goes on until it is ended from here.
events=$(mktemp -u)
mkfifo "$events"
trap 'rm "$events"' EXIT
call WatchService/Watch > "$events" <<JSON &
{"subjects": [{"flowRunId": "$run"}, {"logsOfFlowRunId": "$run"}]}
JSON
watch=$!
disown

list=''
while IFS='"' read -r _ key _ value _; do
  case $list,$key in
    *,states | *,records) list=$key ;;
    *,cursor) list='' ;; # Of the next event, which begins with the run as it is now.
    records,message) echo "| $value" ;;
    states,type)
      echo "${value#STATE_TYPE_}"
      [[ $value =~ COMPLETED|FAILED|CRASHED|CANCELLED ]] && break
      ;;
  esac
done < "$events"
kill "$watch"
[ "$value" = STATE_TYPE_COMPLETED ]
