@0xd19a4c3e70b52f86;
# Version 1, as it was when version 2 of the fleet protocol came: never edited.
# A song to make, as it travels from coordinator to worker; the C++ struct is common/job_spec.h.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("musicfleet::schema_v1");

enum AudioContainer { wav @0; flac @1; mp3 @2; opus @3; }

struct AudioFormat {
  container @0 :AudioContainer;
  sampleRateHz @1 :UInt32;
  bitRateKbps @2 :UInt32;      # 0: the encoder's default
}

struct JobSpec {
  prompt @0 :Text;
  lyrics @1 :Text;
  durationMs @2 :UInt32;
  seed @3 :UInt64;
  bpm @4 :UInt16;              # 0: the model chooses
  keyScale @5 :Text;           # empty: the model chooses
  timeSignature @6 :Text;      # empty: the model chooses
  vocalLanguage @7 :Text;
  instrumental @8 :Bool;
  model @9 :Text;              # empty: any
  steps @10 :UInt16;           # 0: the checkpoint's recommendation
  shift @11 :Float64;          # 0: the checkpoint's recommendation
  format @12 :AudioFormat;
  title @13 :Text;             # for the file's tags; empty: none
}
