@0xc4d8b6a1937e5f02;
# Version 1 of the fleet protocol, as it was when version 2 came: never edited. The tests speak it as an old peer does.
# The fleet protocol: what a worker (DEALER) and the coordinator (ROUTER) say to each other. One ZeroMQ message is one
# frame is one of these two structs, packed in no other way than Cap'n Proto's flat array. The sender's identity is the
# CURVE key of the connection, never a field. docs/protocol.md tells the story message by message.

using Cxx = import "/capnp/c++.capnp";
using import "job_spec_v1.capnp".JobSpec;
$Cxx.namespace("musicfleet::schema_v1");

const protocolVersion :UInt16 = 1;      # what this build speaks
const minProtocolVersion :UInt16 = 1;   # the oldest that it still understands

struct Lease {
  job @0 :Text;
  epoch @1 :UInt32;
}

enum Stage { queued @0; conditioning @1; denoising @2; decoding @3; encoding @4; uploading @5; }

struct Running {
  # A job that the worker holds, and how far it is.
  lease @0 :Lease;
  stage @1 :Stage;
  step @2 :UInt16;              # solver steps done
  steps @3 :UInt16;             # of so many; 0 before the schedule is known
}

struct Model {
  name @0 :Text;
  family @1 :Text;              # "ace_v15"
  variant @2 :Text;             # "turbo", "base", …
}

struct ToCoordinator {
  union {
    hello @0 :Hello;            # first message of a connection, and again after "again"
    heartbeat @1 :Heartbeat;    # every 5 s, and at once when a step is done (at most 5 a second)
    songReady @2 :SongReady;    # encoded, waiting on the worker's disk: asks for an upload ticket
    uploaded @3 :Lease;         # the upload was answered with success
    failed @4 :Failed;
    goodbye @5 :Void;           # after SIGTERM, when nothing is in hand any more
  }

  struct Hello {
    protocolVersion @0 :UInt16;
    minProtocolVersion @1 :UInt16;
    softwareVersion @2 :Text;
    device @3 :Text;            # "cpu", "cuda:0 NVIDIA GeForce RTX 4090"
    models @4 :List(Model);
    running @5 :List(Running);  # what it still holds from before a break
    slots @6 :UInt16;           # jobs that it takes at a time
  }
  struct Heartbeat {
    running @0 :List(Running);
    draining @1 :Bool;          # takes no new job, finishes what it holds
  }
  struct SongReady {
    lease @0 :Lease;
    sizeBytes @1 :UInt64;
    sha256 @2 :Data;            # 32 bytes, of the encoded file
    mediaType @3 :Text;
    durationMs @4 :UInt32;
    sampleRateHz @5 :UInt32;
    channels @6 :UInt8;
    modelName @7 :Text;
    generateMs @8 :UInt32;      # from start of conditioning to decoded PCM
    encodeMs @9 :UInt32;
    warnings @10 :List(Text);   # e.g. "lyrics were cut to the model's limit of 2048 tokens"
    loudnessLufs @11 :Float64;  # integrated, EBU R 128; NaN for silence
    truePeakDbtp @12 :Float64;
  }
  struct Failed {
    lease @0 :Lease;
    code @1 :Text;              # a name of common/result.h: "out_of_memory", "invalid_argument", …
    message @2 :Text;
    param @3 :Text;             # the request field at fault, or empty
  }
}

struct ToWorker {
  union {
    welcome @0 :Welcome;        # answer to hello
    refused @1 :Refused;        # answer to hello: the worker logs it and tries again later
    again @2 :Void;             # "I do not know you": the coordinator restarted; say hello
    assign @3 :Assign;
    cancel @4 :Lease;           # stop between solver steps and forget it: cancelled, or the lease is lost
    ticket @5 :Ticket;          # answer to songReady
    accepted @6 :Lease;         # the song is published: its file may be deleted
    drain @7 :Void;             # take no new job
  }

  struct Welcome {
    protocolVersion @0 :UInt16; # the one to speak
    workerName @1 :Text;
    heartbeatMs @2 :UInt32;
    leaseMs @3 :UInt32;
  }
  struct Refused {
    reason @0 :Text;
  }
  struct Assign {
    lease @0 :Lease;
    spec @1 :JobSpec;
  }
  struct Ticket {
    lease @0 :Lease;
    method @1 :Text;            # "PUT"
    url @2 :Text;
    headers @3 :List(Header);
    expiresMs @4 :UInt32;       # from now
  }
  struct Header {
    name @0 :Text;
    value @1 :Text;
  }
}
