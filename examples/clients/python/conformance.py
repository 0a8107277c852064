"""What any gRPC client may count on, each as a check by grpcio itself. Prints a line for each.
There must have been a run.

    python conformance.py [127.0.0.1:4200]
"""

import concurrent.futures
import sys
import threading
import time
import uuid

import grpc
import stubs  # noqa: F401  (makes the imports of millrace.v1 below work)
from google.protobuf.descriptor_pool import DescriptorPool
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status
from millrace.v1 import flow_run_service_pb2, flow_run_service_pb2_grpc
from millrace.v1 import watch_service_pb2, watch_service_pb2_grpc
from millrace.v1 import work_queue_service_pb2, work_queue_service_pb2_grpc

MEBIBYTE = 1024 * 1024
CREATE = "/millrace.v1.DeploymentService/CreateFlowRun"
LIST = "/millrace.v1.FlowRunService/ListFlowRuns"


def list_runs(channel, request=None, **call):
    stub = flow_run_service_pb2_grpc.FlowRunServiceStub(channel)
    return stub.ListFlowRuns(request or flow_run_service_pb2.ListFlowRunsRequest(page_size=1), timeout=10, **call)


def watch_run(channel, **call):
    """The states of some run: a stream that goes on until it is ended."""
    run = list_runs(channel).flow_runs[0]
    request = watch_service_pb2.WatchRequest(subjects=[{"flow_run_id": run.id}])
    return watch_service_pb2_grpc.WatchServiceStub(channel).Watch(request, **call)


def refused(call, code):
    """The error of a call that must fail with this code."""
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, f"{error.code()}: {error.details()}"
        return error
    raise AssertionError(f"no error, where {code} was to come")


def details_of(error):
    """The reason of an error, and the fields that it names."""
    reason, fields = None, []
    status = rpc_status.from_call(error)
    for detail in status.details if status else []:
        info, bad_request = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
        if detail.Unpack(info):
            reason = info.reason
        elif detail.Unpack(bad_request):
            fields = [violation.field for violation in bad_request.field_violations]
    return reason, fields


def reflection_of_old_clients(channel):
    pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
    service = pool.FindServiceByName("millrace.v1.WatchService")
    assert [method.name for method in service.methods] == ["Watch"]


def health_check(channel):
    health = health_pb2_grpc.HealthStub(channel)
    for service in ["", "millrace.v1.FlowRunService"]:
        answer = health.Check(health_pb2.HealthCheckRequest(service=service), timeout=10)
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
    unknown = health_pb2.HealthCheckRequest(service="no.such")
    refused(lambda: health.Check(unknown, timeout=10), grpc.StatusCode.NOT_FOUND)


def health_watch(channel):
    events = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(), timeout=10)
    assert next(events).status == health_pb2.HealthCheckResponse.SERVING
    events.cancel()


def deadline(channel):
    began = time.monotonic()
    events = watch_run(channel, timeout=1)
    refused(lambda: list(events), grpc.StatusCode.DEADLINE_EXCEEDED)
    assert 0.9 < time.monotonic() - began < 3
    list_runs(channel)


def cancellation(channel):
    events = watch_run(channel)
    next(events)
    events.cancel()
    refused(lambda: next(events), grpc.StatusCode.CANCELLED)
    list_runs(channel)


def gzip_requests(channel):
    names = flow_run_service_pb2.ListFlowRunsRequest(filter={"flow_names": ["no such flow"] * 1000})
    for compression in [grpc.Compression.Gzip, grpc.Compression.Deflate]:
        assert list(list_runs(channel, names, compression=compression).flow_runs) == []


def metadata(channel):
    unknown = [("x-anything", "goes"), ("x-bytes-bin", b"\x00\xff"), ("millrace-actor", "grpcio")]
    list_runs(channel, metadata=unknown)


def fields_at_fault(channel):
    request = work_queue_service_pb2.CreateWorkQueueRequest(name="a/b", concurrency_limit=-1)
    queues = work_queue_service_pb2_grpc.WorkQueueServiceStub(channel)
    error = refused(lambda: queues.CreateWorkQueue(request, timeout=10), grpc.StatusCode.INVALID_ARGUMENT)
    assert details_of(error) == ("INVALID_ARGUMENT", ["name", "concurrency_limit"]), details_of(error)


def many_fields_at_fault(channel):
    """However much there is to say, the client gets it: too long a list is cut, rather than lost."""
    request = work_queue_service_pb2.CreateWorkQueueRequest(name="a/b", filter={"deployment_ids": ["\u4e2d"] * 500})
    queues = work_queue_service_pb2_grpc.WorkQueueServiceStub(channel)
    error = refused(lambda: queues.CreateWorkQueue(request, timeout=10), grpc.StatusCode.INVALID_ARGUMENT)
    reason, fields = details_of(error)
    assert reason == "INVALID_ARGUMENT" and fields[0] == "name" and len(fields) > 10, (reason, fields)


def not_found(channel):
    stub = flow_run_service_pb2_grpc.FlowRunServiceStub(channel)
    request = flow_run_service_pb2.GetFlowRunRequest(id=str(uuid.uuid4()))
    error = refused(lambda: stub.GetFlowRun(request, timeout=10), grpc.StatusCode.NOT_FOUND)
    assert details_of(error)[0] == "FLOW_RUN_NOT_FOUND"


def not_found_of_a_stream(channel):
    request = watch_service_pb2.WatchRequest(subjects=[{"flow_run_id": str(uuid.uuid4())}])
    events = watch_service_pb2_grpc.WatchServiceStub(channel).Watch(request, timeout=10)
    assert details_of(refused(lambda: next(events), grpc.StatusCode.NOT_FOUND))[0] == "FLOW_RUN_NOT_FOUND"


def too_large(channel):
    for compression in [None, grpc.Compression.Gzip]:
        large = flow_run_service_pb2.ListFlowRunsRequest(filter={"name_like": "x" * (5 * MEBIBYTE)})
        call = lambda: list_runs(channel, large, compression=compression)  # noqa: B023, E731
        error = refused(call, grpc.StatusCode.RESOURCE_EXHAUSTED)
        assert "4 MiB" in error.details(), error.details()
        assert details_of(error)[0] == "REQUEST_TOO_LARGE", details_of(error)
        list_runs(channel)


def unknown_method(channel):
    for path in ["/millrace.v1.FlowRunService/NoSuch", "/no.Such/Method"]:
        call = channel.unary_unary(path)
        refused(lambda: call(b"", timeout=10), grpc.StatusCode.UNIMPLEMENTED)  # noqa: B023


def undecodable(channel):
    # A message cut off; a string that is no UTF-8; and parameters nested without end.
    deep = b""
    for _ in range(500):
        for tag in (b"\x0a", b"\x32"):  # The first value of a list, which is a list.
            deep = tag + varint(len(deep)) + deep
    deep = entry(b"\x0a\x01x\x12" + varint(len(deep)) + deep)
    for path, request in [(LIST, b"\x0a\x7fx"), (LIST, b"\x12\x02\xff\xfe"), (CREATE, b"\x1a" + deep)]:
        call = channel.unary_unary(path)
        error = refused(lambda: call(request, timeout=10), grpc.StatusCode.INVALID_ARGUMENT)  # noqa: B023
        assert details_of(error)[0] == "INVALID_ARGUMENT", details_of(error)


def entry(content):
    content = b"\x0a" + varint(len(content)) + content
    return varint(len(content)) + content


def varint(number):
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def many_streams(channel):
    streams = [watch_run(channel, timeout=30) for _ in range(200)]
    with concurrent.futures.ThreadPoolExecutor(50) as threads:
        assert len(list(threads.map(next, streams))) == 200
        assert len(list(threads.map(lambda _: list_runs(channel), range(500)))) == 500
    for stream in streams:
        stream.cancel()


def keepalive(channel):
    """A client that pings every second is no nuisance: its stream lives on, and it is not sent away."""
    options = [
        ("grpc.keepalive_time_ms", 1000),
        ("grpc.keepalive_timeout_ms", 5000),
        ("grpc.http2.max_pings_without_data", 0),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.use_local_subchannel_pool", 1),
    ]
    with grpc.insecure_channel(channel.server, options) as pinging:
        changes = []
        pinging.subscribe(changes.append)
        events = watch_run(pinging, timeout=60)
        next(events)
        over = threading.Event()
        events.add_callback(over.set)
        assert not over.wait(8), f"the stream ended: {events.code()}: {events.details()}"
        assert grpc.ChannelConnectivity.TRANSIENT_FAILURE not in changes, changes
        assert changes[-1] == grpc.ChannelConnectivity.READY, changes
        events.cancel()


CHECKS = [
    reflection_of_old_clients,
    health_check,
    health_watch,
    deadline,
    cancellation,
    gzip_requests,
    metadata,
    fields_at_fault,
    many_fields_at_fault,
    not_found,
    not_found_of_a_stream,
    too_large,
    unknown_method,
    undecodable,
    many_streams,
    keepalive,
]


def main(server):
    failed = 0
    with grpc.insecure_channel(server) as channel:
        channel.server = server
        for check in CHECKS:
            name = check.__name__.replace("_", " ")
            try:
                check(channel)
                print(f"ok      {name}", flush=True)
            except (AssertionError, grpc.RpcError) as error:
                failed += 1
                print(f"FAILED  {name}: {error!r}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:4200"))
