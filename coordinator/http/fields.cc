#include "coordinator/http/fields.h"

#include <strings.h>

namespace musicfleet::http {

const std::string* find_field(const Fields& fields, std::string_view name) {
  for (const Field& field : fields)
    if (field.name.size() == name.size() && strncasecmp(field.name.data(), name.data(), name.size()) == 0)
      return &field.value;
  return nullptr;
}

}  // namespace musicfleet::http
