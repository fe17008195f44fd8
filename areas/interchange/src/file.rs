use std::fs::File;
use std::io;
use std::path::Path;

/// Writes a file that only its owner may read. It takes its place when it is complete and on disk; what stood there
/// before stays until then.
pub fn replace_file<T, E: From<io::Error>>(file: &Path, write: impl FnOnce(&mut File) -> Result<T, E>) -> Result<T, E> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut part = tempfile::NamedTempFile::new_in(folder)?;
    let written = write(part.as_file_mut())?;
    part.as_file().sync_all()?;
    part.persist(file).map_err(|error| error.error)?;
    store::sync_folder(folder)?;
    Ok(written)
}
