// The stages of ACE-Step 1.5 against the golden data of its reference (diffusers' AceStepPipeline): each file
// of the folder is one function here, and what no function makes is reported as absent. One thread, under
// InferenceMode.
#pragma once

#include "common/result.h"
#include "tests/parity/golden.h"
#include "tests/parity/report.h"
#include "tests/parity/target.h"

namespace musicfleet::parity::v15 {

// Runs every stage of the folder.
Result<> run(const GoldenFolder& golden, const Target& target, Report& report);

// tokenizer_cases, prompts, schedule, instructions, chunk_masks.
Result<> run_json_stages(const GoldenFolder& golden, Report& report);
// stage_*.safetensors; false: not a file that this build makes.
Result<bool> run_network_stage(const GoldenFolder& golden, const GoldenFile& file, const Target& target,
                               Report& report);
// pipe_*.safetensors of text2music; false for other tasks.
Result<bool> run_pipeline_stage(const GoldenFolder& golden, const GoldenFile& file, const Target& target,
                                Report& report);

}  // namespace musicfleet::parity::v15
