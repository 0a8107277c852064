"""Deploys ../tally.ts, runs it, follows its runs to their end and lists them, by gRPC.

    python client.py [127.0.0.1:4200]
"""

import hashlib
import json
import pathlib
import sys

import grpc
import stubs  # noqa: F401  (makes the imports of millrace.v1 below work)
from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from millrace.v1 import (
    deployment_service_pb2,
    deployment_service_pb2_grpc,
    flow_run_service_pb2,
    flow_run_service_pb2_grpc,
    state_pb2,
    storage_service_pb2,
    storage_service_pb2_grpc,
    watch_service_pb2,
    watch_service_pb2_grpc,
)

TALLY = pathlib.Path(__file__).resolve().parent.parent / "tally.ts"
# Parameters are checked against this before there is a run.
PARAMETER_SCHEMA = {
    "type": "object",
    "properties": {"words": {"type": "array", "items": {"type": "string"}}},
    "additionalProperties": False,
}
CHUNK_BYTES = 256 * 1024
TERMINAL = {state_pb2.STATE_TYPE_COMPLETED, state_pb2.STATE_TYPE_FAILED}
TERMINAL |= {state_pb2.STATE_TYPE_CRASHED, state_pb2.STATE_TYPE_CANCELLED}


def put_document(channel, content):
    """Stores bytes under their hash: a header, then the bytes in chunks."""

    def parts():
        header = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        yield storage_service_pb2.PutDocumentRequest(header=header)
        for at in range(0, len(content), CHUNK_BYTES):
            yield storage_service_pb2.PutDocumentRequest(chunk=content[at : at + CHUNK_BYTES])

    return storage_service_pb2_grpc.StorageServiceStub(channel).PutDocument(parts(), timeout=10).sha256


def create_deployment(deployments, document):
    manifest = {
        "type": "database",
        "flow_name": "tally",
        "flow_parameter_schema": PARAMETER_SCHEMA,
        "serializer": "source",
        "document": document,
    }
    request = deployment_service_pb2.CreateDeploymentRequest(
        flow_name="tally",
        name="from Python",
        flow_data={"encoding": "package-manifest", "blob": json.dumps(manifest).encode()},
        schedules=[{"slug": "hourly", "interval": {"interval": {"seconds": 3600}}}],
        parameters=ParseDict({"words": ["tick"]}, Struct()),
        tags=["python"],
    )
    return deployments.CreateDeployment(request, timeout=10).deployment


def trigger(deployments, deployment, parameters):
    return deployments.CreateFlowRun(
        deployment_service_pb2.DeploymentServiceCreateFlowRunRequest(
            id=deployment.id, parameters=ParseDict(parameters, Struct())
        ),
        timeout=10,
    ).flow_run


def follow(channel, run_id):
    """Prints a run's states and log until it has ended; gives its last state's name."""
    subjects = [{"flow_run_id": run_id}, {"logs_of_flow_run_id": run_id}]
    request = watch_service_pb2.WatchRequest(subjects=subjects)
    events = watch_service_pb2_grpc.WatchServiceStub(channel).Watch(request, timeout=60)
    for event in events:
        for record in event.logs.records:
            print(f"  | {record.message}")
        for state in event.flow_run.states:
            print(f"  {state.name}")
            if state.type in TERMINAL:
                # The stream would go on.
                events.cancel()
                return state.name


def print_refusal(error):
    """A refusal names each field that is wrong, in the details of its status."""
    print(f"refused: {error.code().name}")
    for detail in rpc_status.from_call(error).details:
        bad_request = error_details_pb2.BadRequest()
        if detail.Unpack(bad_request):
            for violation in bad_request.field_violations:
                print(f"  {violation.field}: {violation.description}")


def pages(channel, deployment, page_size):
    flow_runs = flow_run_service_pb2_grpc.FlowRunServiceStub(channel)
    request = flow_run_service_pb2.ListFlowRunsRequest(
        filter={"deployment_ids": [deployment.id], "state_types": list(TERMINAL)}, sort="created", page_size=page_size
    )
    while True:
        page = flow_runs.ListFlowRuns(request, timeout=10)
        yield page.flow_runs
        if not page.next_page_token:
            return
        request.page_token = page.next_page_token


def main(server):
    with grpc.insecure_channel(server) as channel:
        content = json.dumps({"entry": "tally.ts", "files": {"tally.ts": TALLY.read_text()}}).encode()
        document = put_document(channel, content)
        print(f"document {document}")

        deployments = deployment_service_pb2_grpc.DeploymentServiceStub(channel)
        deployment = create_deployment(deployments, document)
        print(f"deployment {deployment.flow_name}/{deployment.name} {deployment.id}, version {deployment.version}")

        ends = []
        for words in (["ham", "egg", "ham"], ["spam"], []):
            run = trigger(deployments, deployment, {"words": words})
            print(f"run {run.name}")
            ends.append(follow(channel, run.id))

        try:
            trigger(deployments, deployment, {"words": [1, "two"], "colour": "red"})
        except grpc.RpcError as error:
            print_refusal(error)

        for number, runs in enumerate(pages(channel, deployment, page_size=2), 1):
            print(f"page {number}: {', '.join(f'{run.name} {run.state.name}' for run in runs)}")
        return 0 if ends == ["Completed"] * 3 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:4200"))
