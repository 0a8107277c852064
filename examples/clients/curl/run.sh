#!/usr/bin/env bash
# Runs a deployment that is there (`npm start` and each other client make some) by plain curl: Connect is JSON over
# HTTP/1.1.
#
#     ./run.sh [http://127.0.0.1:4200 [FLOW/DEPLOYMENT [PARAMETERS]]]
set -euo pipefail
server=${1:-http://127.0.0.1:4200}
deployment=${2:-hello-world/Hello World}
parameters=${3:-'{"name": "curl"}'}

# An error is JSON too, and says which field is wrong.
call() {
  local answer
  answer=$(curl --silent --show-error --fail-with-body --max-time 10 \
    --header 'content-type: application/json' --data "$2" "$server/millrace.v1.$1") || { echo "$answer" >&2; return 1; }
  echo "$answer"
}
first() { grep --only-matching "$1" | sed -n '1 s/"//gp'; }

request="{\"name\": \"$deployment\", \"parameters\": $parameters}"
run=$(call DeploymentService/CreateFlowRun "$request" | first '"[0-9a-f-]\{36\}"')
echo "run $run"

# Whoever wants to be told rather than to ask takes WatchService.Watch: see buf-curl.
while true; do
  state=$(call FlowRunService/GetFlowRun "{\"id\": \"$run\"}" | first '"STATE_TYPE_[A-Z]*"')
  [[ $state =~ COMPLETED|FAILED|CRASHED|CANCELLED ]] && break
  sleep 0.2
done
echo "${state#STATE_TYPE_}"
call LogService/ListLogs "{\"flowRunId\": \"$run\"}"

echo 'its latest runs:'
call FlowRunService/ListFlowRuns "{\"filter\": {\"deploymentNames\": [\"$deployment\"]}, \"sort\": \"created\", \"pageSize\": 2}"

[ "$state" = STATE_TYPE_COMPLETED ]
