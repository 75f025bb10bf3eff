// The functions of libcuda.so.1 that musicfleet asks, answering from variables that a test sets.

#include <cstddef>
#include <cstdio>

extern "C" {

int fake_init_error = 0;
int fake_cuda_version = 13000;
int fake_device_count = 1;
int fake_capability = 89;

int cuInit(unsigned) { return fake_init_error; }
int cuDriverGetVersion(int* version) {
  *version = fake_cuda_version;
  return 0;
}
int cuDeviceGetCount(int* count) {
  *count = fake_device_count;
  return 0;
}
int cuDeviceGet(int* device, int ordinal) {
  *device = ordinal + 100;
  return 0;
}
int cuDeviceGetName(char* name, int size, int device) {
  std::snprintf(name, static_cast<std::size_t>(size), "Fake GPU %d", device);
  return 0;
}
int cuDeviceGetAttribute(int* value, int attribute, int) {
  *value = attribute == 75 ? fake_capability / 10 : attribute == 76 ? fake_capability % 10 : -1;
  return 0;
}
int cuDeviceTotalMem_v2(std::size_t* bytes, int) {
  *bytes = std::size_t{24} << 30;
  return 0;
}
}
